using System.Collections.Immutable;
using Renga.Git.Pushes;
using Renga.Git.Repositories;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Git.Tests;

public sealed class HookTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hook_PlatformDiedBefore_EndsAndRejects()
    {
        using var folder = new TemporaryFolder();
        var hook = await InstalledAsync(folder);

        var result = await ProcessRunner.RunAsync(hook.Command, Ct, "0 1 refs/heads/main\n").WaitAsync(TimeSpan.FromSeconds(20), Ct);

        result.Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task Hook_PlatformDiesWhileItWaits_EndsAndRejects()
    {
        using var folder = new TemporaryFolder();
        var hook = await InstalledAsync(folder);
        // Another process stands for the platform: it holds the ends as we do, reads the question, begins to answer, and is killed.
        using var platform = ProcessRunner.Start(Command.Of("/bin/sh", "-c", "exec 3<>question 4<>answer; echo ready; while read -r line <&3; do [ \"$line\" = end ] && break; done; echo begun >&4; exec sleep 1000") with { WorkingFolder = hook.PushFolder });
        (await platform.StandardOutput.ReadLineAsync(Ct)).ShouldBe("ready");
        using var running = ProcessRunner.Start(hook.Command);
        running.StandardInput.Close();
        (await running.StandardOutput.ReadLineAsync(Ct)).ShouldBe("begun");

        platform.Kill();

        await running.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        running.ExitCode.ShouldBe(1);
        (await running.StandardOutput.ReadToEndAsync(Ct)).ShouldContain("The platform stopped while it handled this push");
    }

    [Fact]
    public void CountObjects_AddsLooseAndPacked() =>
        GitRepositories.ParseCount("count: 3\nsize: 12\nin-pack: 9\npacks: 1\nsize-pack: 30\nprune-packable: 0\ngarbage: 0\nsize-garbage: 0\n").ShouldBe(42 * 1024);

    [Theory]
    [InlineData("")]
    [InlineData("a b refs/heads/main")]
    [InlineData("0000000000000000000000000000000000000000 refs/heads/main")]
    public void RefUpdate_NotGits_IsNull(string line) => RefUpdate.Parse(line).ShouldBeNull();

    private static async Task<InstalledHook> InstalledAsync(TemporaryFolder folder)
    {
        var hook = new ReceiveHook(new GitOptions { RepositoriesFolder = folder["git"], RunFolder = folder["run"] });
        await hook.InstallAsync(Ct);
        var push = folder["push"];
        Directory.CreateDirectory(push);
        await ProcessRunner.RunCheckedAsync(Command.Of("mkfifo", Path.Combine(push, "question"), Path.Combine(push, "answer")), Ct);
        return new InstalledHook(Path.Combine(hook.Folder, "pre-receive"), push);
    }

    private sealed record InstalledHook(string Script, string PushFolder)
    {
        public Command Command { get; } = Command.Of(Script) with { Environment = ImmutableDictionary<string, string?>.Empty.Add("RENGA_PUSH_FOLDER", PushFolder) };
    }
}
