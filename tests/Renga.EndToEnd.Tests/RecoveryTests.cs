using System.Net;
using Renga.EndToEnd.Tests.Harness;

namespace Renga.EndToEnd.Tests;

/// <summary>The platform ends, on purpose or not, at bad moments. These have a platform each.</summary>
public sealed class RecoveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_AdoptsDynos_ThatNeverNotice(bool kill)
    {
        await using var platform = await Platform.StartAsync(Ct);
        using var heroku = platform.NewCli();
        await PushAsync(platform, heroku, "kept", "one");
        await platform.Browser.ShowsAsync("kept", "/", "verse one", Ct);
        await platform.Api.SetConfigAsync("kept", new { SETTING = "kept" }, Ct);
        await platform.Browser.ShowsAsync("kept", "/", "setting kept", Ct);
        var boot = await platform.Browser.ReadAsync("kept", "/boot", Ct);
        await platform.Browser.ReadAsync("kept", "/say?v=before", Ct);
        await platform.Api.SaysAsync("kept", null, Ct, "app[web.1]: before");
        var releases = await platform.Api.ReleasesAsync("kept", Ct);

        await (kill ? platform.KillAsync(Ct) : platform.StopAsync(Ct));
        await platform.RunAsync(Ct);

        await platform.Browser.ShowsAsync("kept", "/boot", boot, Ct);
        (await platform.Api.ReleasesAsync("kept", Ct)).ShouldBe(releases);
        (await platform.Api.DynosAsync("kept", Ct)).ShouldBe(["web.1 up"]);
        await platform.Browser.ReadAsync("kept", "/say?v=after", Ct);
        await platform.Api.SaysAsync("kept", null, Ct, "app[web.1]: after");
        var log = await platform.Api.LogsAsync("kept", Ct);

        // How far a dyno's output was handled is recorded when the dyno pauses; after a kill, what was said just before it may come again, and nothing is missing.
        (log.Split("app[web.1]: before").Length - 1).ShouldBeInRange(1, kill ? 2 : 1);
        log.Split("app[web.1]: after").Length.ShouldBe(2, "said once, logged once");
        (await platform.Browser.ReadAsync("kept", "/boot", Ct)).ShouldBe(boot);
    }

    [Fact]
    public async Task Kill_DuringAPush_LosesThePushOnly()
    {
        await using var platform = await Platform.StartAsync(Ct);
        using var heroku = platform.NewCli();
        var git = await PushAsync(platform, heroku, "cut", "one");
        await platform.Browser.ShowsAsync("cut", "/", "verse one", Ct);
        var files = Verse.Files("two");
        files["package.json"] = """{ "name": "verse", "version": "1.0.0", "private": true, "scripts": { "build": "echo building; sleep 20" } }""";
        await git.CommitAsync(files, Ct);
        var push = git.PushAsync("cut", Ct);
        await platform.Api.SaysAsync("cut", null, Ct, "building");

        await platform.KillAsync(Ct);
        (await push).Status.ShouldNotBe(0);
        await platform.RunAsync(Ct);

        await platform.Browser.ShowsAsync("cut", "/", "verse one", Ct);
        (await platform.Api.ReleasesAsync("cut", Ct)).Length.ShouldBe(2);

        // And the app can be pushed to again.
        await git.CommitAsync(Verse.Files("three"), Ct);
        await git.PushedAsync("cut", Ct);
        await platform.Browser.ShowsAsync("cut", "/", "verse three", Ct, Patience);
        (await platform.Api.ReleasesAsync("cut", Ct))[^1].ShouldStartWith("v3 ");
    }

    [Fact]
    public async Task Kill_DuringReleasesAndScales_KeepsWhatWasAcknowledged()
    {
        await using var platform = await Platform.StartAsync(Ct);
        using var heroku = platform.NewCli();
        await PushAsync(platform, heroku, "torn", "one");
        await platform.Browser.ShowsAsync("torn", "/", "verse one", Ct);

        var acknowledged = 0;
        for (var round = 1; round <= 4; round++)
        {
            var setting = $"{round}";
            await platform.Api.SetConfigAsync("torn", new { SETTING = setting }, Ct);
            acknowledged = round;
            var scale = platform.Api.ScaleAsync("torn", "web", 1 + round % 3, Ct);
            if (round % 2 == 0)
                await scale;
            await platform.KillAsync(Ct);
            await scale.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await platform.RunAsync(Ct);
            await platform.Browser.ShowsAsync("torn", "/", $"setting {acknowledged}", Ct, Patience);
        }

        var formation = (await platform.Api.GetAsync("/apps/torn/formation/web", Ct)).GetProperty("quantity").GetInt32();
        string[] expected = [.. Enumerable.Range(1, formation).Select(static n => $"web.{n} up")];
        await platform.Api.HasDynosAsync("torn", Ct, expected);
        var releases = await platform.Api.ReleasesAsync("torn", Ct);
        releases.Select(static r => r.Split(' ')[0]).ShouldBe(Enumerable.Range(1, releases.Length).Select(static n => $"v{n}"));
        releases.Count(static r => r.Contains("SETTING", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Fact]
    public async Task Platforms_SideBySide_DoNotKnowEachOther()
    {
        await using var one = await Platform.StartAsync(Ct);
        await using var two = await Platform.StartAsync(Ct);
        using var herokuOne = one.NewCli();
        using var herokuTwo = two.NewCli();
        await Task.WhenAll(PushAsync(one, herokuOne, "same", "one"), PushAsync(two, herokuTwo, "same", "two"));

        await one.Browser.ShowsAsync("same", "/", "verse one", Ct, Patience);
        await two.Browser.ShowsAsync("same", "/", "verse two", Ct, Patience);
        (await herokuOne.OutputAsync(Ct, "ps", "--app", "same")).ShouldContain("web.1: up");

        await two.Api.DeleteAsync("/apps/same", Ct);
        await one.KillAsync(Ct);
        await one.RunAsync(Ct);

        await one.Browser.ShowsAsync("same", "/", "verse one", Ct);
        (await two.Browser.GetAsync("same", "/", Ct)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task ProcessEngine_WithoutContainers_ServesWithALoudWarning()
    {
        await using var platform = await Platform.StartAsync(Ct, engine: "process");
        using var heroku = platform.NewCli();
        await PushAsync(platform, heroku, "laptop", "one");

        await platform.Browser.ShowsAsync("laptop", "/", "verse one", Ct, Patience);
        (await platform.ReadLogAsync(Ct)).ShouldContain("NOT ISOLATED", Case.Insensitive);
        (await heroku.OutputAsync(Ct, "run", "--app", "laptop", "--no-tty", "--", "echo", "here")).ShouldContain("here");
    }

    private static async Task<GitClient> PushAsync(Platform platform, HerokuCli heroku, string app, string version)
    {
        await platform.Api.CreateAppAsync(app, Ct);
        var git = heroku.Git(Directory.CreateDirectory(Path.Combine(heroku.Folder, app)).FullName);
        await git.InitAsync(Ct);
        await git.CommitAsync(Verse.Files(version), Ct);
        await git.PushedAsync(app, Ct);
        return git;
    }
}
