using System.Collections.Immutable;
using System.Diagnostics;
using Renga.Processes;
using Renga.Testing;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>
/// The official command line, unmodified, as one user runs it. It is fenced: the environment sends it to the platform and nowhere else, it has a home of
/// its own, and as root it also runs where no name but localhost resolves, so that nothing it forgets to ask about can leave this machine.
/// </summary>
internal sealed class HerokuCli : IDisposable
{
    private static readonly string Node = FindNode();

    private readonly Platform _platform;
    private readonly TemporaryFolder _home = new();

    public HerokuCli(Platform platform)
    {
        _platform = platform;
        Directory.CreateDirectory(_home[".cache/heroku"]);
        File.WriteAllText(_home[".cache/heroku/terms-of-service"], "");
        File.WriteAllText(_home["hosts"], "127.0.0.1 localhost\n");
        File.WriteAllText(_home["resolv.conf"], "# no name leaves this machine\noptions timeout:1 attempts:1\n");
        Directory.CreateDirectory(_home["bin"]);

        Install(Path.Combine(Repository.CliFolder, "node_modules/heroku/bin/run.js"));
        Directory.CreateDirectory(Folder);
        WorkingFolder = Folder;
    }

    /// <summary>The user's folder for work.</summary>
    public string Folder => _home["work"];

    /// <summary>Where commands run; <see cref="Folder"/> unless a test goes elsewhere.</summary>
    public string WorkingFolder { get; set; } = "";

    /// <summary>Everything that a program of this user gets.</summary>
    public ImmutableDictionary<string, string?> Environment
    {
        get
        {
            var builder = ImmutableDictionary.CreateBuilder<string, string?>();
            foreach (var (name, value) in _platform.Environment)
                builder[name] = value;
            builder["PATH"] = $"{_home["bin"]}:{Path.GetDirectoryName(Node)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
            builder["HOME"] = _home.Path;
            builder["TERM"] = "dumb";
            builder["NO_COLOR"] = "1";
            builder["LANG"] = "C.UTF-8";
            builder["TZ"] = "UTC";

            // None of these may ever be missing, whatever env.sh says: each stops a request to somewhere else.
            builder["DISABLE_TELEMETRY"] = "true";
            builder["HEROKU_SKIP_NEW_VERSION_CHECK"] = "true";
            builder["HEROKU_DISABLE_AUTOUPDATE"] = "1";
            builder["HEROKU_NETRC_WRITE"] = "true";
            builder["HEROKU_NOTIFICATIONS"] = "0";
            return builder.ToImmutable();
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public Task<CommandResult> RunAsync(CancellationToken ct, params string[] arguments) => ProcessRunner.RunAsync(CommandOf(arguments), ct);

    /// <summary>Runs a command that must succeed; its standard output.</summary>
    public async Task<string> OutputAsync(CancellationToken ct, params string[] arguments)
    {
        var result = await RunAsync(ct, arguments);
        result.Status.ShouldBe(0, $"heroku {string.Join(' ', arguments)} said:\n{result.Output}{result.Error}");
        return result.Output;
    }

    /// <summary>Runs a command that must fail; everything it said.</summary>
    public async Task<string> FailureAsync(CancellationToken ct, params string[] arguments)
    {
        var result = await RunAsync(ct, arguments);
        result.Status.ShouldNotBe(0, $"heroku {string.Join(' ', arguments)} said:\n{result.Output}{result.Error}");
        return result.Output + result.Error;
    }

    /// <summary>Runs a command with input.</summary>
    public Task<CommandResult> RunWithInputAsync(string input, CancellationToken ct, params string[] arguments) =>
        ProcessRunner.RunAsync(CommandOf(arguments), ct, input);

    /// <summary>Runs a command with a token of one's own.</summary>
    public Task<CommandResult> RunAsTokenAsync(string token, CancellationToken ct, params string[] arguments)
    {
        var command = CommandOf(arguments);
        return ProcessRunner.RunAsync(command with { Environment = command.Environment.SetItem("HEROKU_API_KEY", token) }, ct);
    }

    /// <summary>Starts a command that goes on until it is ended, such as <c>logs --tail</c>.</summary>
    public Process Start(params string[] arguments) => ProcessRunner.Start(CommandOf(arguments));

    /// <summary>From here on it is version 10, with the <c>heroku-builds</c> plugin as <c>heroku plugins:link</c> leaves it.</summary>
    public void UseBuildsPlugin()
    {
        Install(Path.Combine(Repository.Cli10Folder, "node_modules/heroku/bin/run"));
        var plugin = Path.Combine(Repository.Cli10Folder, "node_modules/heroku-builds");
        Directory.CreateDirectory(_home[".local/share/heroku"]);
        File.WriteAllText(
            _home[".local/share/heroku/package.json"],
            $$$"""{"private":true,"oclif":{"schema":1,"plugins":[{"type":"link","name":"heroku-builds","root":"{{{plugin}}}"}]},"dependencies":{}}""");
    }

    /// <summary>The user's git, in a folder.</summary>
    public GitClient Git(string folder) => new(folder, Environment);

    public void Dispose() => _home.Dispose();

    // git asks `heroku git:credentials` by this name.
    private void Install(string script)
    {
        File.WriteAllText(_home["bin/heroku"], $"#!/bin/sh\nexec '{Node}' '{script}' \"$@\"\n");
        File.SetUnixFileMode(_home["bin/heroku"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Command CommandOf(string[] arguments) =>
        Fenced(Command.Of(_home["bin/heroku"], arguments)) with { WorkingFolder = WorkingFolder, ClearEnvironment = true, Environment = Environment };

    private Command Fenced(Command command) =>
        System.Environment.IsPrivilegedProcess
            ? Command.Of(
                "unshare",
                ["--mount", "--propagation", "private", "sh", "-c", "mount --bind \"$1\" /etc/hosts && mount --bind \"$2\" /etc/resolv.conf && shift 2 && exec \"$@\"", "sh", _home["hosts"], _home["resolv.conf"], command.Program, .. command.Arguments])
            : command;

    private static string FindNode()
    {
        var own = Path.Combine(Repository.CliFolder, ".node/node_modules/node-linux/bin/node");
        if (File.Exists(own))
            return own;
        return (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(static folder => Path.Combine(folder, "node")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("The official command line needs Node; there is none in PATH. ./test installs it.");
    }
}
