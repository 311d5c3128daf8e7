using System.Text;
using Renga.Server.Configuration;

namespace Renga.Server.FirstRun;

/// <summary>
/// <c>DIR/env.sh</c>: what a shell sources so that the official CLI and git talk to this platform and to nothing else
/// (spec: official-cli.md 2A). Written at every start, since ports may change; the token is kept from the first run.
/// </summary>
internal static class EnvironmentFile
{
    private const string TokenName = "HEROKU_API_KEY";

    /// <summary>The token in an existing file, or null.</summary>
    public static string? ReadToken(string path)
    {
        if (!File.Exists(path))
            return null;
        var prefix = $"export {TokenName}='";
        var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(prefix, StringComparison.Ordinal));
        return line is null ? null : line[prefix.Length..].TrimEnd('\'');
    }

    public static void Write(string path, ServerOptions options, string token, string caBundle) =>
        PrivateFile.Write(path, Render(options, token, caBundle));

    /// <summary>Pure, for tests.</summary>
    public static string Render(ServerOptions options, string token, string caBundle)
    {
        var api = $"http://127.0.0.1:{options.ApiPort}";
        var git = $"localhost:{options.ApiTlsPort}";
        var text = new StringBuilder("# Source this to have the heroku command line and git talk to this platform:  . env.sh\n");
        void Export(string name, string value) => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'\n");

        Export("HEROKU_HOST", api);
        Export(TokenName, token);
        Export("HEROKU_GIT_HOST", git);
        Export("HEROKU_PARTICLEBOARD_URL", api);
        Export("HEROKU_DATA_HOST", "127.0.0.1");
        Export("HEROKU_BUILDPACK_REGISTRY_URL", api);
        Export("HEROKU_STATUS_HOST", api);
        Export("HEROKU_LOGIN_HOST", api);
        Export("HEROKU_EXEC_URL", $"https://{git}/");
        Export("HEROKU_CI_WEBSOCKET_URL", $"ws://127.0.0.1:{options.ApiPort}/socket");
        Export("PGDIAGNOSE_URL", "127.0.0.1");
        // The bundle holds the machine's own roots too: both variables replace what a program trusts.
        Export("NODE_EXTRA_CA_CERTS", caBundle);
        Export("GIT_SSL_CAINFO", caBundle);
        // No telemetry, no update checks: each of them would carry the token to another host.
        Export("DISABLE_TELEMETRY", "true");
        Export("HEROKU_SKIP_NEW_VERSION_CHECK", "true");
        Export("HEROKU_DISABLE_AUTOUPDATE", "1");
        Export("HEROKU_NETRC_WRITE", "true");
        // git asks here before it asks a person, so that a push works without the command line too.
        Export("GIT_CONFIG_COUNT", "1");
        Export("GIT_CONFIG_KEY_0", $"credential.https://{git}.helper");
        Export("GIT_CONFIG_VALUE_0", "!f() { test \"$1\" = get && echo username=renga && echo \"password=$HEROKU_API_KEY\"; }; f");
        text.Append("unset HEROKU_DEBUG HEROKU_HEADERS\n");
        text.Append("export NO_PROXY=\"localhost,127.0.0.1${NO_PROXY:+,$NO_PROXY}\" no_proxy=\"localhost,127.0.0.1${no_proxy:+,$no_proxy}\"\n");
        return text.ToString();
    }
}
