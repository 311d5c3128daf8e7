using System.Collections.Immutable;
using Renga.Processes;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>The system's git as one user runs it in one folder.</summary>
internal sealed class GitClient(string folder, ImmutableDictionary<string, string?> environment)
{
    private readonly ImmutableDictionary<string, string?> _environment = environment
        .SetItem("GIT_AUTHOR_NAME", "Basho").SetItem("GIT_AUTHOR_EMAIL", "basho@example.com")
        .SetItem("GIT_COMMITTER_NAME", "Basho").SetItem("GIT_COMMITTER_EMAIL", "basho@example.com")
        .SetItem("GIT_TERMINAL_PROMPT", "0").SetItem("GIT_CONFIG_NOSYSTEM", "1");

    public string Folder => folder;

    /// <summary>The same with one more variable.</summary>
    public GitClient With(string name, string value) => new(folder, _environment.SetItem(name, value));

    /// <summary>The git address of an app over TLS.</summary>
    public string Remote(string app) => $"https://{_environment["HEROKU_GIT_HOST"]}/{app}.git";

    public Task<CommandResult> RunAsync(CancellationToken ct, params string[] arguments) =>
        ProcessRunner.RunAsync(Command.Of("git", arguments) with { WorkingFolder = folder, ClearEnvironment = true, Environment = _environment }, ct);

    public async Task<string> CheckedAsync(CancellationToken ct, params string[] arguments)
    {
        var result = await RunAsync(ct, arguments);
        result.Status.ShouldBe(0, $"git {string.Join(' ', arguments)} said:\n{result.Output}{result.Error}");
        return result.Output;
    }

    public Task InitAsync(CancellationToken ct) => CheckedAsync(ct, "init", "--quiet", "--initial-branch=main");

    /// <summary>Writes files, relative path to text, and commits everything.</summary>
    public async Task CommitAsync(IReadOnlyDictionary<string, string> files, CancellationToken ct, string message = "A verse")
    {
        foreach (var (path, text) in files)
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await File.WriteAllTextAsync(target, text, ct);
        }

        await CheckedAsync(ct, "add", "--all");
        await CheckedAsync(ct, "commit", "--quiet", "--allow-empty", "--message", message);
    }

    /// <summary>Pushes to an app; what the pusher saw is in the error output, as git has it.</summary>
    public Task<CommandResult> PushAsync(string app, CancellationToken ct, string refspec = "main", params string[] options) =>
        RunAsync(ct, ["push", .. options, Remote(app), refspec]);

    /// <summary>Pushes, which must succeed; what the pusher saw.</summary>
    public async Task<string> PushedAsync(string app, CancellationToken ct, string refspec = "main", params string[] options)
    {
        var result = await PushAsync(app, ct, refspec, options);
        result.Status.ShouldBe(0, $"git push said:\n{result.Output}{result.Error}");
        return result.Error;
    }
}
