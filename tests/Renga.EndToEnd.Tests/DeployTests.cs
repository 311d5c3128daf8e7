using Renga.EndToEnd.Tests.Harness;

namespace Renga.EndToEnd.Tests;

public sealed class DeployTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Push_ByTheBook_ServesTheApp()
    {
        var app = NewName("pushed");
        var git = await NewRepositoryAsync(app, Verse.Files("one"));
        await Heroku.OutputAsync(Ct, "create", app);
        Heroku.WorkingFolder = git.Folder;
        await Heroku.OutputAsync(Ct, "git:remote", "--app", app);

        var push = await git.RunAsync(Ct, "push", "heroku", "main");

        push.Status.ShouldBe(0, push.Error);
        push.Error.ShouldContain("remote: -----> ");
        push.Error.ShouldContain("Node.js");
        push.Error.ShouldContain($"http://{app}.localhost:{Platform.RouterPort}/");
        push.Error.ShouldContain("Released v2");
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);
        JsonValue(await Platform.Browser.ReadAsync(app, "/env?v=DYNO", Ct)).ShouldBe("web.1");
    }

    [Fact]
    public async Task Push_OverPlainHttp_Works()
    {
        var app = await NewAppAsync("plain");
        var git = await NewRepositoryAsync(app, Verse.Files("one"));
        var remote = $"http://renga:{Platform.Environment["HEROKU_API_KEY"]}@127.0.0.1:{Platform.ApiPort}/{app}.git";

        (await git.RunAsync(Ct, "push", remote, "main")).Error.ShouldContain("Released v2");
    }

    [Fact]
    public async Task Push_OfAnotherVersion_AndBackAgainByRollback()
    {
        var (app, git) = await NewVerseAsync("rolled");
        await git.CommitAsync(Verse.Files("two"), Ct, "Second verse");
        await git.PushedAsync(app, Ct);
        await Platform.Browser.ShowsAsync(app, "/", "verse two", Ct);

        var releases = await Heroku.OutputAsync(Ct, "releases", "--app", app);
        releases.ShouldContain("v3");
        releases.ShouldContain("Deploy");
        (await Heroku.OutputAsync(Ct, "releases:info", "v2", "--app", app)).ShouldContain("Deploy");

        var rollback = await Heroku.RunAsync(Ct, "releases:rollback", "v2", "--app", app);
        rollback.Status.ShouldBe(0, rollback.Error);
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);
        (await Platform.Api.ReleasesAsync(app, Ct))[^1].ShouldBe("v4 Rollback to v2");
    }

    [Fact]
    public async Task Rollback_BringsConfigBackToo()
    {
        var (app, _) = await NewVerseAsync("restored");
        await Platform.Api.SetConfigAsync(app, new { SETTING = "changed" }, Ct);
        await Platform.Browser.ShowsAsync(app, "/", "setting changed", Ct);

        await Heroku.OutputAsync(Ct, "rollback", "--app", app);

        await Platform.Browser.ShowsAsync(app, "/", "setting none", Ct);
    }

    [Fact]
    public async Task Push_ThatIsNewer_NeverFailsARequest()
    {
        var (app, git) = await NewVerseAsync("steady");
        await git.CommitAsync(Verse.Files("two"), Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var visits = Task.Run(
            async () =>
            {
                var bad = new List<string>();
                var count = 0;
                while (!stop.IsCancellationRequested)
                {
                    var (status, body) = await Platform.Browser.GetAsync(app, "/", Ct);
                    count++;
                    if (status != System.Net.HttpStatusCode.OK)
                        bad.Add($"{status}: {body}");
                }

                return (count, bad);
            },
            Ct);

        await git.PushedAsync(app, Ct);
        await Platform.Browser.ShowsAsync(app, "/", "verse two", Ct);
        await stop.CancelAsync();

        var (count, bad) = await visits;
        bad.ShouldBeEmpty();
        count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Push_ToAnotherBranch_IsStoredAndNotBuilt()
    {
        var (app, git) = await NewVerseAsync("branched");
        await git.CommitAsync(Verse.Files("draft"), Ct);

        await git.PushedAsync(app, Ct, "main:draft");

        (await Platform.Api.ReleasesAsync(app, Ct)).Length.ShouldBe(2);
        (await git.CheckedAsync(Ct, "ls-remote", git.Remote(app))).ShouldContain("refs/heads/draft");
    }

    [Fact]
    public async Task Push_WithForce_ReplacesHistory()
    {
        var (app, git) = await NewVerseAsync("forced");
        await git.CheckedAsync(Ct, "commit", "--quiet", "--amend", "--message", "Another start");
        await git.CommitAsync(Verse.Files("rewritten"), Ct);

        (await git.PushAsync(app, Ct)).Status.ShouldNotBe(0);
        await git.PushedAsync(app, Ct, "main", "--force");

        await Platform.Browser.ShowsAsync(app, "/", "verse rewritten", Ct);
    }

    [Fact]
    public async Task Clone_GivesWhatWasPushed()
    {
        var (app, git) = await NewVerseAsync("cloned");
        var copy = Path.Combine(Heroku.Folder, "copy");

        await git.CheckedAsync(Ct, "clone", "--quiet", "--branch", "main", git.Remote(app), copy);

        (await File.ReadAllTextAsync(Path.Combine(copy, "Procfile"), Ct)).ShouldBe(Verse.Files("one")["Procfile"]);
    }

    [Fact]
    public async Task Push_WithNothingNew_IsUpToDate()
    {
        var (app, git) = await NewVerseAsync("same");

        (await git.PushedAsync(app, Ct)).ShouldContain("Everything up-to-date");
        (await Platform.Api.ReleasesAsync(app, Ct)).Length.ShouldBe(2);
    }

    private static string? JsonValue(string json) => System.Text.Json.JsonSerializer.Deserialize<string>(json);
}
