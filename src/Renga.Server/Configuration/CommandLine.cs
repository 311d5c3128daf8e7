using System.CommandLine;
using System.Net;

namespace Renga.Server.Configuration;

/// <summary>The command line of <c>rengad</c>.</summary>
internal static class CommandLine
{
    /// <summary>Parses the arguments and runs one of the two verbs; prints every problem and returns 2 when the arguments are wrong.</summary>
    public static async Task<int> InvokeAsync(string[] args, Func<ServerOptions, CancellationToken, Task<int>> run, Func<ServerOptions, CancellationToken, Task<int>> stopAll)
    {
        var data = new Option<string>("--data") { Description = "Folder for everything the platform keeps.", DefaultValueFactory = _ => DefaultDataFolder() };
        var apiAddress = new Option<string>("--api-address") { Description = "Address the API listens on.", DefaultValueFactory = _ => "127.0.0.1" };
        var apiPort = new Option<int>("--api-port") { Description = "Port of the API and git over HTTP; the next is the same over TLS, the one after it serves `run`.", DefaultValueFactory = _ => 5000 };
        var routerAddress = new Option<string>("--router-address") { Description = "Address the router listens on.", DefaultValueFactory = _ => "127.0.0.1" };
        var routerPort = new Option<int>("--router-port") { Description = "Port that serves the apps.", DefaultValueFactory = _ => 8080 };
        var sshPort = new Option<int?>("--ssh-port") { Description = "Port of git over SSH, on the address of the API; 0 for none. Default: the third after --api-port." };
        var domain = new Option<string>("--domain") { Description = "Apps are served at APP.DOMAIN.", DefaultValueFactory = _ => "localhost" };
        var engine = new Option<string>("--engine") { Description = "What runs dynos: runc, process (not isolated), or auto.", DefaultValueFactory = _ => "auto" };
        var roles = new Option<string>("--roles") { Description = "Components to run: all, control (all but the router), or router.", DefaultValueFactory = _ => "all" };
        var email = new Option<string>("--email") { Description = "E-mail of the first account.", DefaultValueFactory = _ => "admin@localhost" };
        var buildEnv = new Option<string[]>("--build-env") { Description = "NAME=VALUE for every build, such as a proxy or a mirror; may be repeated.", DefaultValueFactory = _ => [] };
        var localBuildpacks = new Option<string[]>("--local-buildpacks") { Description = "Folder whose buildpacks apps may name by path; may be repeated.", DefaultValueFactory = _ => [] };
        var builds = new Option<int>("--builds") { Description = "Builds at one time; others wait in line.", DefaultValueFactory = _ => 2 };
        var buildTimeout = new Option<int>("--build-timeout") { Description = "Minutes a build may take.", DefaultValueFactory = _ => 15 };
        var stop = new Option<bool>("--stop-all") { Description = "Take everything of the platform in --data down: dynos, mounts, networks, rules." };

        var root = new RootCommand("rengad: the Renga platform in one process.") { data, apiAddress, apiPort, routerAddress, routerPort, sshPort, domain, engine, roles, email, buildEnv, localBuildpacks, builds, buildTimeout, stop };
        root.Subcommands.Add(StacksCommandLine.Make(DefaultDataFolder));
        root.SetAction((parsed, ct) =>
        {
            var problems = new List<string>();
            var options = new ServerOptions
            {
                DataFolder = Path.GetFullPath(parsed.GetValue(data)!),
                ApiAddress = ParseAddress(parsed.GetValue(apiAddress)!, "--api-address", problems),
                ApiPort = parsed.GetValue(apiPort),
                RouterAddress = ParseAddress(parsed.GetValue(routerAddress)!, "--router-address", problems),
                RouterPort = parsed.GetValue(routerPort),
                SshPortGiven = parsed.GetValue(sshPort),
                Domain = parsed.GetValue(domain)!.ToLowerInvariant(),
                Engine = parsed.GetValue(engine)!,
                Roles = ParseRoles(parsed.GetValue(roles)!, problems),
                Email = parsed.GetValue(email)!,
                BuildEnvironment = ParsePairs(parsed.GetValue(buildEnv)!, problems),
                Builds = parsed.GetValue(builds),
                BuildMinutes = parsed.GetValue(buildTimeout),
                LocalBuildpacks = [.. parsed.GetValue(localBuildpacks)!.Select(Path.GetFullPath)],
            };
            problems.AddRange(options.Problems());
            foreach (var problem in problems)
                Console.Error.WriteLine($" !    {problem}");
            if (problems.Count > 0)
                return Task.FromResult(2);
            return parsed.GetValue(stop) ? stopAll(options, ct) : run(options, ct);
        });
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static string DefaultDataFolder() =>
        Environment.IsPrivilegedProcess
            ? "/var/lib/renga"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "renga");

    private static IPAddress ParseAddress(string text, string option, List<string> problems)
    {
        if (IPAddress.TryParse(text, out var address))
            return address;
        problems.Add($"{option} {text}: expected an IP address.");
        return IPAddress.Loopback;
    }

    private static Roles ParseRoles(string text, List<string> problems)
    {
        if (RolesParser.Parse(text).TryGet(out var roles, out var refusal))
            return roles;
        problems.Add(refusal.Message);
        return Roles.All;
    }

    private static Dictionary<string, string> ParsePairs(string[] pairs, List<string> problems)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var split = pair.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0)
                problems.Add($"--build-env {pair}: expected NAME=VALUE.");
            else
                result[pair[..split]] = pair[(split + 1)..];
        }

        return result;
    }
}
