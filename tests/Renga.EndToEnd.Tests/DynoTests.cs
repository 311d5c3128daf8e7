using Renga.EndToEnd.Tests.Harness;
using Renga.Testing;

namespace Renga.EndToEnd.Tests;

public sealed class DynoTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Ps_ShowsScalesRestartsAndStops()
    {
        var (app, _) = await NewVerseAsync("crew");
        (await Heroku.OutputAsync(Ct, "ps", "--app", app)).ShouldContain("web.1: up");

        var scaled = await Heroku.RunAsync(Ct, "ps:scale", "web=3", "worker=1", "--app", app);
        scaled.Status.ShouldBe(0, scaled.Error);
        await Platform.Api.HasDynosAsync(app, Ct, "web.1 up", "web.2 up", "web.3 up", "worker.1 up");
        await Eventually.HoldsAsync("all three to answer", async ct => (await BootsAsync(app, 30, ct)).Count == 3, Ct);

        var before = await BootsAsync(app, 30, Ct);
        await Heroku.OutputAsync(Ct, "ps:restart", "--process-type", "web", "--app", app);
        await Eventually.HoldsAsync(
            "three new ones instead",
            async ct =>
            {
                var now = await BootsAsync(app, 30, ct);
                return now.Count == 3 && !now.Overlaps(before);
            },
            Ct,
            TimeSpan.FromSeconds(60));

        await Heroku.OutputAsync(Ct, "ps:stop", "--dyno-name", "worker.1", "--app", app);
        await Heroku.OutputAsync(Ct, "ps:scale", "web=1", "worker=0", "--app", app);
        await Platform.Api.HasDynosAsync(app, Ct, "web.1 up");
    }

    [Fact]
    public async Task Scale_ToNothing_SaysNoWebDynosAndComesBack()
    {
        var (app, _) = await NewVerseAsync("asleep");

        await Heroku.OutputAsync(Ct, "ps:scale", "web=0", "--app", app);
        await Eventually.HoldsAsync("503", async ct => (await Platform.Browser.GetAsync(app, "/", ct)).Status == System.Net.HttpStatusCode.ServiceUnavailable, Ct);
        await Platform.Api.SaysAsync(app, null, Ct, "code=H14");

        await Heroku.OutputAsync(Ct, "ps:scale", "web=1", "--app", app);
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);
    }

    [Fact]
    public async Task Scale_OfATypeThatIsNotThere_IsRefused()
    {
        var (app, _) = await NewVerseAsync("typeless");

        (await Heroku.FailureAsync(Ct, "ps:scale", "clock=1", "--app", app)).ShouldContain("clock");
    }

    [Fact]
    public async Task Dyno_ThatExits_IsStartedAgain()
    {
        var (app, _) = await NewVerseAsync("phoenix");
        var before = await Platform.Browser.ReadAsync(app, "/boot", Ct);

        await Platform.Browser.ReadAsync(app, "/exit?v=3", Ct);

        await Eventually.HoldsAsync(
            "a new dyno",
            async ct =>
            {
                var (status, body) = await Platform.Browser.GetAsync(app, "/boot", ct);
                return status == System.Net.HttpStatusCode.OK && body != before;
            },
            Ct,
            TimeSpan.FromSeconds(60));
        await Platform.Api.SaysAsync(app, null, Ct, "heroku[web.1]: Process exited with status 3");
    }

    [Fact]
    public async Task FileSystem_IsTheDynosOwnAndForgets()
    {
        var (app, _) = await NewVerseAsync("forgetful");
        (await Platform.Browser.ReadAsync(app, "/write", Ct)).ShouldBe("true");
        (await Platform.Browser.ReadAsync(app, "/written", Ct)).ShouldBe("true");

        await Heroku.OutputAsync(Ct, "ps:restart", "--app", app);

        await Platform.Browser.ShowsAsync(app, "/written", "false", Ct);
    }

    private async Task<HashSet<string>> BootsAsync(string app, int visits, CancellationToken ct)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < visits; i++)
            seen.Add(await Platform.Browser.ReadAsync(app, "/boot", ct));
        return seen;
    }
}
