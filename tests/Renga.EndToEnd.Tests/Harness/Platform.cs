using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Renga.Processes;
using Renga.Testing;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>
/// A whole platform: the real <c>rengad</c> in a folder of its own on ports of its own. It can be stopped, killed and started again; in the end everything of it is
/// taken down, and what it left behind fails the test.
/// </summary>
internal sealed class Platform : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = Ports.FindFive();
    private readonly string _engine;
    private Process? _process;
    private Task _output = Task.CompletedTask;

    private Platform(string engine)
    {
        _engine = engine;
        Directory.CreateDirectory(Data);

        // sshd runs as a user of its own, who must be able to come in as it can below /var/lib.
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    /// <summary>The platform's data folder.</summary>
    public string Data => _folder["data"];

    /// <summary>What <c>rengad</c> wrote.</summary>
    public string LogFile => _folder["rengad.log"];

    public string Engine => _engine;

    public int ApiPort => _port;

    public int SshPort => _port + 3;

    public int RouterPort => _port + 4;

    public string ApiUrl => $"http://127.0.0.1:{_port}";

    /// <summary>What a shell has after it sourced <c>DIR/env.sh</c>.</summary>
    public ImmutableDictionary<string, string> Environment { get; private set; } = ImmutableDictionary<string, string>.Empty;

    public PlatformApi Api { get; private set; } = null!;

    public Browser Browser { get; private set; } = null!;

    public int ProcessId => _process!.Id;

    /// <summary>The engine that this machine allows: <c>runc</c> for root, else <c>process</c>; <c>RENGA_E2E_ENGINE</c> decides otherwise.</summary>
    public static string DefaultEngine { get; } =
        System.Environment.GetEnvironmentVariable("RENGA_E2E_ENGINE") is { Length: > 0 } engine ? engine : System.Environment.IsPrivilegedProcess ? "runc" : "process";

    public static async Task<Platform> StartAsync(CancellationToken ct, string? engine = null)
    {
        var platform = new Platform(engine ?? DefaultEngine);
        try
        {
            await platform.RunAsync(ct);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts <c>rengad</c>, again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, and waits until it says that it is ready.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var command = Command.Of(Repository.Server, Arguments()) with { WorkingFolder = _folder.Path };
        _process = ProcessRunner.Start(command);
        _process.StandardInput.Close();
        _output = Task.WhenAll(CopyAsync(_process.StandardOutput), CopyAsync(_process.StandardError));

        using var http = new HttpClient();
        await Eventually.HoldsAsync(
            $"{ApiUrl}/ready to answer",
            async token =>
            {
                if (_process.HasExited)
                    throw new InvalidOperationException($"rengad ended with status {_process.ExitCode}:\n{await ReadLogAsync(token)}");
                using var response = await http.GetAsync(new Uri($"{ApiUrl}/ready"), token);
                return response.IsSuccessStatusCode;
            },
            ct,
            TimeSpan.FromSeconds(60));

        Environment = await ReadEnvironmentAsync(ct);
        Api = new PlatformApi(ApiUrl, Environment["HEROKU_API_KEY"]);
        Browser = new Browser(RouterPort);
    }

    /// <summary>As Ctrl-C does: the platform ends, its dynos go on.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await ProcessRunner.RunAsync(Command.Of("kill", "-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)), ct);
        await EndedAsync(ct);
    }

    /// <summary>As a power cut does, for this one process.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process!.Kill(entireProcessTree: false);
        await EndedAsync(ct);
    }

    public async Task<string> ReadLogAsync(CancellationToken ct) => File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile, ct) : "";

    /// <summary>A command line of a user of this platform, with a home of its own.</summary>
    public HerokuCli NewCli() => new(this);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_process is { HasExited: false })
                await StopAsync(CancellationToken.None);
        }
        finally
        {
            var result = await ProcessRunner.RunAsync(Command.Of(Repository.Server, ["--stop-all", .. Arguments()]), CancellationToken.None);
            var left = await Leftovers.FindAsync(Data);
            var log = await ReadLogAsync(CancellationToken.None);
            Api?.Dispose();
            Browser?.Dispose();
            _process?.Dispose();
            if (left.Count == 0)
                _folder.Dispose();
            result.Status.ShouldBe(0, $"rengad --stop-all said:\n{result.Output}{result.Error}");
            left.ShouldBeEmpty($"--stop-all left something behind; it said:\n{result.Output}{result.Error}\nrengad said before:\n{log}");
        }
    }

    private string[] Arguments() =>
    [
        "--data", Data, "--api-port", Text(_port), "--router-port", Text(RouterPort), "--engine", _engine, "--domain", "localhost", "--email", "e2e@example.com",
        .. BuildEnvironment(),
    ];

    // Where this machine reaches the outside through an authority or proxy of its own, so must its builds.
    private static IEnumerable<string> BuildEnvironment() =>
        ((string[])["NODE_EXTRA_CA_CERTS", "PIP_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "npm_config_registry"])
        .Where(static name => !string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable(name)))
        .SelectMany(static name => (string[])["--build-env", $"{name}={System.Environment.GetEnvironmentVariable(name)}"]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task EndedAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await _process!.WaitForExitAsync(limit.Token);
    }

    // A shell reads it, as a user's would: env.sh is a script, not a list.
    private async Task<ImmutableDictionary<string, string>> ReadEnvironmentAsync(CancellationToken ct)
    {
        var command = Command.Of("bash", "-c", ". \"$1\" && env -0", "bash", Path.Combine(Data, "env.sh")) with
        {
            ClearEnvironment = true,
            Environment = ImmutableDictionary<string, string?>.Empty.Add("PATH", System.Environment.GetEnvironmentVariable("PATH")),
        };
        var result = await ProcessRunner.RunCheckedAsync(command, ct);
        return result.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('=', 2))
            .Where(static pair => pair[0] is not ("PATH" or "PWD" or "OLDPWD" or "SHLVL" or "_"))
            .ToImmutableDictionary(static pair => pair[0], static pair => pair[1]);
    }

    private async Task CopyAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_folder)
                File.AppendAllText(LogFile, line + "\n");
        }
    }
}
