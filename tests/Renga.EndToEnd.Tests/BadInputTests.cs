using Renga.EndToEnd.Tests.Harness;
using Renga.Testing;

namespace Renga.EndToEnd.Tests;

/// <summary>What a user can get wrong: each has a clear error, and what ran before goes on running.</summary>
public sealed class BadInputTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Push_OfSomethingUnknown_SaysThatNothingWasDetected()
    {
        var said = await RejectedAsync("unknown", new() { ["poem.txt"] = "an old pond" });

        said.ShouldContain("remote:  !     ");
        said.ShouldMatch("(?i)(no .*buildpack|not detect)");
    }

    [Fact]
    public async Task Push_WithABrokenProcfile_SaysTheLine()
    {
        var said = await RejectedAsync("misspelt", Verse.With("Procfile", "web: node index.js\nworker node worker.js\n"));

        said.ShouldContain("line 2");
    }

    [Fact]
    public async Task Push_WithABrokenPackageJson_SaysSo() =>
        (await RejectedAsync("broken", Verse.With("package.json", "{ not json"))).ShouldContain("package.json");

    [Fact]
    public async Task Push_OfAnEmptyRepository_IsRefusedByGit()
    {
        var app = await NewAppAsync("empty");
        var git = Heroku.Git(Directory.CreateDirectory(Path.Combine(Heroku.Folder, app)).FullName);
        await git.InitAsync(Ct);

        (await git.PushAsync(app, Ct)).Status.ShouldNotBe(0);
        (await Platform.Api.ReleasesAsync(app, Ct)).ShouldBe(["v1 Initial release"]);
    }

    [Fact]
    public async Task Push_OfACommitWithoutFiles_IsRejected() => await RejectedAsync("hollow", []);

    [Fact]
    public async Task Push_ToAnAppThatIsNotThere_SaysSo()
    {
        var git = await NewRepositoryAsync("nowhere", Verse.Files("one"));

        var result = await git.PushAsync("nowhere-at-all", Ct);

        result.Status.ShouldNotBe(0);
        result.Error.ShouldMatch("(?i)(not found|couldn't find)");
    }

    [Fact]
    public async Task Push_WhoseBuildFails_ShowsWhyAndLeavesTheAppRunning()
    {
        var (app, git) = await NewVerseAsync("failing");
        var before = await Platform.Browser.ReadAsync(app, "/boot", Ct);
        await git.CommitAsync(Scripted("echo this build is doomed; exit 7"), Ct);

        var result = await git.PushAsync(app, Ct);

        result.Status.ShouldNotBe(0);
        result.Error.ShouldContain("this build is doomed");
        result.Error.ShouldContain("rejected");
        (await Platform.Browser.ReadAsync(app, "/boot", Ct)).ShouldBe(before);
        (await Platform.Api.ReleasesAsync(app, Ct)).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("hungry", "node -e 'const a=[]; for(;;) a.push(Buffer.alloc(64<<20, 1))'")]
    [InlineData("forking", "while :; do sleep 600 >/dev/null 2>&1 & done")]
    [InlineData("filling", "head -c 20G /dev/zero > filler")]
    public async Task Push_WhoseBuildTakesAllItCan_FailsAndHurtsNobody(string name, string script)
    {
        Assert.SkipUnless(Platform.Engine == "runc", "the process engine has no limits");
        var (neighbour, _) = await NewVerseAsync("neighbour");
        var app = await NewAppAsync(name);
        var git = await NewRepositoryAsync(app, Scripted(script));

        var push = git.PushAsync(app, Ct);
        while (!push.IsCompleted)
        {
            (await Platform.Browser.ReadAsync(neighbour, "/", Ct)).ShouldContain("verse one");
            await Task.WhenAny(push, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Ct));
        }

        (await push).Status.ShouldNotBe(0, (await push).Error);
        (await Platform.Api.ReleasesAsync(app, Ct)).ShouldBe(["v1 Initial release"]);
    }

    [Fact]
    public async Task Push_DuringABuild_IsRefusedAndTheFirstGoesOn()
    {
        var app = await NewAppAsync("twice");
        var first = await NewRepositoryAsync(app + "-a", Scripted("sleep 8"));
        var second = await NewRepositoryAsync(app + "-b", Verse.Files("two"));
        var push = first.PushAsync(app, Ct);
        await Platform.Api.SaysAsync(app, null, Ct, "Build started");

        var refused = await second.PushAsync(app, Ct, "main", "--force");

        refused.Status.ShouldNotBe(0);
        refused.Error.ShouldMatch("(?i)(build|push).*(under way|in progress|already)");
        (await push).Status.ShouldBe(0, (await push).Error);
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);
    }

    [Fact]
    public async Task App_ThatExitsAtOnce_IsCrashedAndSaysH10()
    {
        var app = await PushedAsync("exiting", "console.log('bad luck'); process.exit(1);");

        await Platform.Api.HasDynosAsync(app, Ct, "web.1 crashed");
        await Eventually.HoldsAsync("503", async ct => (await Platform.Browser.GetAsync(app, "/", ct)).Status == System.Net.HttpStatusCode.ServiceUnavailable, Ct);
        await Platform.Api.SaysAsync(app, null, Ct, "app[web.1]: bad luck", "heroku[web.1]: Process exited with status 1", "heroku[web.1]: State changed from starting to crashed", "code=H10");
    }

    [Fact]
    public async Task App_ThatNeverBindsItsPort_IsR10()
    {
        var app = await PushedAsync("boundless", "console.log('thinking'); setInterval(() => {}, 1000);");

        await Platform.Api.SaysAsync(app, TimeSpan.FromSeconds(120), Ct, "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch", "State changed from starting to crashed");
    }

    [Fact]
    public async Task App_ThatIgnoresSigterm_IsR12AndKilled()
    {
        var app = await PushedAsync("stubborn", "process.on('SIGTERM', () => console.log('no')); require('http').createServer((q, s) => s.end('here')).listen(process.env.PORT);");
        await Platform.Browser.ShowsAsync(app, "/", "here", Ct);

        await Platform.Api.ScaleAsync(app, "web", 0, Ct);

        await Platform.Api.SaysAsync(app, TimeSpan.FromSeconds(90), Ct, "Stopping all processes with SIGTERM", "app[web.1]: no", "Error R12 (Exit timeout)", "Stopping remaining processes with SIGKILL", "Process exited with status 137");
        await Platform.Api.HasDynosAsync(app, Ct);
    }

    [Fact]
    public async Task App_ThatTakesTooMuchMemory_IsKilledAndStartedAgain()
    {
        Assert.SkipUnless(Platform.Engine == "runc", "the process engine has no limits");
        var app = await PushedAsync("greedy", "require('http').createServer((q, s) => { if (q.url === '/eat') { const a = []; for (;;) a.push(Buffer.alloc(64 << 20, 1)); } s.end('here'); }).listen(process.env.PORT);");
        await Platform.Browser.ShowsAsync(app, "/", "here", Ct);

        (await Platform.Browser.GetAsync(app, "/eat", Ct)).Status.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);

        await Platform.Browser.ShowsAsync(app, "/", "here", Ct);
    }

    private static Dictionary<string, string> Scripted(string build) =>
        Verse.With("package.json", System.Text.Json.JsonSerializer.Serialize(new { name = "verse", version = "1.0.0", @private = true, scripts = new { build } }));

    private async Task<string> RejectedAsync(string name, Dictionary<string, string> files)
    {
        var app = await NewAppAsync(name);
        var git = await NewRepositoryAsync(app, files);

        var result = await git.PushAsync(app, Ct);

        result.Status.ShouldNotBe(0, result.Error);
        result.Error.ShouldContain("rejected");
        (await Platform.Api.ReleasesAsync(app, Ct)).ShouldBe(["v1 Initial release"]);
        return result.Error;
    }

    private async Task<string> PushedAsync(string name, string index)
    {
        var app = await NewAppAsync(name);
        var git = await NewRepositoryAsync(app, Verse.With("index.js", index));
        await git.PushedAsync(app, Ct);
        return app;
    }
}
