using Renga.Model;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Git.Tests;

public sealed class PushTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_ToMain_BuildsTheSourceAndStreamsOutput()
    {
        await using var host = await GitHost.StartAsync();
        var app = host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        var commit = await copy.CommitAsync("src/index.js", "hello", Ct, "First \"poem\"");

        var push = await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Error.ShouldContain("remote: -----> Building on the host stack");
        push.Error.ShouldContain("remote: Verifying deploy... done.");
        var (request, files) = host.Builds.Builds.ShouldHaveSingleItem();
        files["src/index.js"].ShouldBe("hello");
        (request.AppId, request.AccountEmail, request.Commit, request.CommitDescription).ShouldBe((app.Id, "dev@example.com", commit, "First \"poem\""));
        host.Sizes.Bytes[app.Id].ShouldBeGreaterThan(0);
        Directory.EnumerateDirectories(host.RunFolder, "push-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_FailedBuild_IsRejectedAndTheRefStays()
    {
        await using var host = await GitHost.StartAsync();
        var app = host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        var first = await copy.CommitAsync("a", "1", Ct);
        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");
        await copy.CommitAsync("a", "2", Ct);
        host.Builds.Behaviour = static (_, _, _) => Task.FromResult<Refusal?>(Refusal.Invalid("Push rejected, failed to compile Node.js app."));

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("remote:  !     Push rejected, failed to compile Node.js app.");
        push.Error.ShouldContain("remote: !\tPush rejected to ronin.");
        push.Error.ShouldContain("pre-receive hook declined");
        (await HeadAsync(host.Repository(app), "main")).ShouldBe(first);
    }

    [Fact]
    public async Task Push_OtherBranchTagAndDeletion_AreStoredWithANote()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        await copy.MustAsync(Ct, "tag", "v1");

        var push = await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main:feature/x", "v1");
        push.Error.ShouldContain("-----> Pushed to branch \"feature/x\"; only main and master are built (skipped)");
        push.Error.ShouldContain("-----> Pushed tag \"v1\"");
        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");
        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), ":feature/x");
        var deletion = await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), ":main");

        deletion.Error.ShouldContain("Deleted branch \"main\"; the running release is unchanged");
        host.Builds.Builds.Count.ShouldBe(1);
        (await copy.MustAsync(Ct, "ls-remote", host.AppUrl("ronin"))).Output.ShouldNotContain("refs/heads/");
    }

    [Fact]
    public async Task Push_MainAndMasterAtOnce_IsRefused()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main", "main:master");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("Push either main or master, not both at once");
        host.Builds.Builds.ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_EmptyRepository_FailsOnTheClientAndChangesNothing()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("src refspec main does not match any");
        host.Builds.Builds.ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_ForceToMaster_ReplacesHistoryAndCloneChecksItOut()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main:master");
        await copy.MustAsync(Ct, "commit", "--quiet", "--amend", "-m", "Rewritten");
        (await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main:master")).Status.ShouldNotBe(0);

        await copy.MustAsync(Ct, "push", "--force", host.AppUrl("ronin"), "main:master");
        await copy.MustAsync(Ct, "clone", "--quiet", host.AppUrl("ronin"), "clone");

        (await File.ReadAllTextAsync(Path.Combine(copy.Path, "clone/a"), Ct)).ShouldBe("1");
        (await copy.MustAsync(Ct, "-C", "clone", "log", "-1", "--format=%s")).Output.Trim().ShouldBe("Rewritten");
    }

    [Fact]
    public async Task Push_LargeSource_ArrivesWhole()
    {
        // Over git's http.postBuffer of 1 MiB: the client sends chunks.
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        var bytes = new byte[3 * 1024 * 1024];
        new Random(42).NextBytes(bytes);
        var content = Convert.ToHexString(bytes);
        await copy.CommitAsync("big.txt", content, Ct);

        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");

        host.Builds.Builds.ShouldHaveSingleItem().Files["big.txt"].ShouldBe(content);
    }

    [Fact]
    public async Task Push_SourceOverTheLimit_IsRefused()
    {
        await using var host = await GitHost.StartAsync(static o => o with { MaxSourceBytes = 1024 * 1024 });
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("zeroes", new string('0', 2 * 1024 * 1024), Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("The source is larger than 1 MB when checked out.");
        host.Builds.Builds.ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_PackOverTheLimit_IsRefusedByGit()
    {
        await using var host = await GitHost.StartAsync(static o => o with { MaxPackBytes = 64 * 1024 });
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        var bytes = new byte[256 * 1024];
        new Random(7).NextBytes(bytes);
        await copy.CommitAsync("random", Convert.ToBase64String(bytes), Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("exceeds maximum allowed size");
        host.Builds.Builds.ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_ClientHangsUp_CancelsTheBuildAndLeavesNothing()
    {
        await using var host = await GitHost.StartAsync();
        var app = host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Builds.Behaviour = async (_, output, ct) =>
        {
            await output.WriteAsync("-----> Long build\n"u8.ToArray());
            started.SetResult();
            await using var noticing = ct.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return null;
        };

        using var push = ProcessRunner.Start(copy.Git("push", host.AppUrl("ronin"), "main"));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        ProcessRunner.Kill(push);

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await Eventually.HoldsAsync("the push's folder to go", _ => Task.FromResult(!Directory.EnumerateDirectories(host.RunFolder, "push-*").Any()), Ct);
        (await copy.MustAsync(Ct, "ls-remote", host.AppUrl("ronin"))).Output.ShouldBeEmpty();
        Directory.EnumerateDirectories(Path.Combine(host.Repository(app), "objects"), "*incoming*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_MuchOutput_ComesInOrder()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        host.Builds.Behaviour = static async (_, output, _) =>
        {
            for (var i = 0; i < 5000; i++)
                await output.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"       line {i} of many, padded to be longer than a few bytes\n"));
            return null;
        };

        var push = await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");

        var numbers = push.Error.Split('\n').Where(static l => l.Contains("       line ", StringComparison.Ordinal)).Select(static l => int.Parse(l.Split("line ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        numbers.ShouldBe(Enumerable.Range(0, 5000));
    }

    private static async Task<string> HeadAsync(string repository, string branch) =>
        (await ProcessRunner.RunCheckedAsync(Command.Of("git", "--git-dir", repository, "rev-parse", branch), Ct)).Output.Trim();
}
