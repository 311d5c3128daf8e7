using System.Collections.Immutable;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Git.Tests;

/// <summary>A developer's repository, driven by the real git client.</summary>
internal sealed class WorkingCopy : IDisposable
{
    private static readonly ImmutableDictionary<string, string?> Environment = new Dictionary<string, string?>
    {
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_AUTHOR_NAME"] = "Dev",
        ["GIT_AUTHOR_EMAIL"] = "dev@example.com",
        ["GIT_COMMITTER_NAME"] = "Dev",
        ["GIT_COMMITTER_EMAIL"] = "dev@example.com",
        ["LANG"] = "C.UTF-8",
    }.ToImmutableDictionary();

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public static async Task<WorkingCopy> CreateAsync(CancellationToken ct)
    {
        var copy = new WorkingCopy();
        await copy.MustAsync(ct, "init", "--quiet", "--initial-branch=main");
        return copy;
    }

    public async Task<string> CommitAsync(string file, string content, CancellationToken ct, string message = "Change")
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content, ct);
        await MustAsync(ct, "add", "-A");
        await MustAsync(ct, "commit", "--quiet", "-m", message);
        return (await MustAsync(ct, "rev-parse", "HEAD")).Output.Trim();
    }

    public Task<CommandResult> GitAsync(CancellationToken ct, params ReadOnlySpan<string> arguments) => ProcessRunner.RunAsync(Git(arguments), ct);

    public async Task<CommandResult> MustAsync(CancellationToken ct, params string[] arguments)
    {
        var result = await GitAsync(ct, arguments);
        result.Status.ShouldBe(0, $"git {string.Join(' ', arguments)}: {result.Error}");
        return result;
    }

    /// <summary>How git starts ssh; null for as it is.</summary>
    public string? SshCommand { get; set; }

    public Command Git(params ReadOnlySpan<string> arguments) =>
        new("git", [.. arguments]) { WorkingFolder = Path, Environment = SshCommand is null ? Environment : Environment.SetItem("GIT_SSH_COMMAND", SshCommand) };

    public void Dispose() => _folder.Dispose();
}
