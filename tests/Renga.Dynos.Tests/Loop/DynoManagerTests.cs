using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Routing;
using Renga.Testing;

namespace Renga.Dynos.Tests.Loop;

public class DynoManagerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task App_Wanted_RunsAndIsRouted()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Want(Make.App(web: 2, worker: 1));
        await platform.ShowsAsync(Ct, "web.1 up v1", "web.2 up v1", "worker.1 up v1");
        platform.Route()!.State.ShouldBe(WebState.Up);
        platform.Route()!.Dynos.Length.ShouldBe(2);
        platform.Logs.Lines.ShouldContain("heroku[web.1]: Starting process with command `node server.js`");
        platform.Logs.Lines.ShouldContain("heroku[web.1]: State changed from starting to up");
    }

    [Fact]
    public async Task Slug_WithAWrongChecksum_StartsNothingAndSaysR17()
    {
        await using var platform = new Platform();
        platform.Slugs.Refusal = Refusal.Invalid("Checksum does not match expected value. Expected: SHA256:1 Actual: SHA256:2");
        await platform.StartAsync(Ct);

        platform.Want(Make.App());

        await platform.Logs.WaitForAsync("heroku[web.1]: Checksum does not match expected value. Expected: SHA256:1 Actual: SHA256:2", Ct);
        platform.Logs.Lines.ShouldContain("heroku[web.1]: Error R17 (Checksum error)");
        platform.Fake.Made.ShouldBeEmpty();
    }

    [Fact]
    public async Task Event_Missed_IsRepairedByTheFullSync()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Desired.Set(Make.App());
        await platform.Clock.WaitForTimersAsync(1, Ct);
        platform.Clock.Advance(platform.Options.FullSyncInterval);
        await platform.ShowsAsync(Ct, "web.1 up v1");
    }

    [Fact]
    public async Task Desired_Unreadable_IsReadAgain()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Desired.FailNext(1);
        platform.Want(Make.App());
        await Eventually.HoldsAsync(
            "the dyno runs after the database came back",
            _ =>
            {
                platform.Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(platform.Fake.Running.Count == 1);
            },
            Ct);
    }

    [Fact]
    public async Task Restart_OfThePlatform_AdoptsWithoutRestartAndPublishesAtOnce()
    {
        var platform = new Platform();
        await platform.StartAsync(Ct);
        platform.Want(Make.App(web: 2, worker: 1));
        await platform.ShowsAsync(Ct, "web.1 up v1", "web.2 up v1", "worker.1 up v1");
        var before = platform.Fake.Running.Select(static d => d.Id).ToHashSet();
        await platform.StopAsync();

        platform.Desired.Set(Make.App(web: 2, worker: 0));
        await using var next = await platform.StartAsync(Ct);
        next.Route()!.Dynos.Length.ShouldBe(2); // at once: the router never sees less
        await next.ShowsAsync(Ct, "web.1 up v1", "web.2 up v1");
        next.Fake.Running.ShouldAllBe(d => before.Contains(d.Id));
        await Eventually.HoldsAsync("the worker is gone", _ => Task.FromResult(next.Fake.Count == 2), Ct);
        next.Fake.Made.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Restart_OfThePlatform_SeesWhatCrashedMeanwhile()
    {
        var platform = new Platform();
        await platform.StartAsync(Ct);
        platform.Want(Make.App());
        await platform.ShowsAsync(Ct, "web.1 up v1");
        await platform.StopAsync();
        platform.Fake.Write("web.1", "last words"u8.ToArray());
        platform.Fake.CrashDyno("web.1", 3);

        await using var next = await platform.StartAsync(Ct);
        await next.Logs.WaitForAsync("Process exited with status 3", Ct);
        await next.ShowsAsync(Ct, "web.1 up v1");
        next.Logs.Lines.ShouldContain("app[web.1]: last words");
        next.Fake.Made.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Leftovers_OfOthers_AreRemovedAtStart()
    {
        var platform = new Platform();
        var build = new DynoSpec
        {
            Id = Make.Guid(99),
            Labels = Make.Types("build", "x"),
            Hostname = "build",
            Arguments = ["/bin/true"],
            Environment = Make.Types(),
            Limits = new DynoLimits(1, 1, 1, 1),
        };
        await platform.Fake.CreateAsync(build, Ct);
        await using var started = await platform.StartAsync(Ct);
        platform.Fake.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Drain_InFlight_HoldsSigtermBack()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Want(Make.App(1));
        await platform.ShowsAsync(Ct, "web.1 up v1");
        var old = platform.Route()!.Dynos[0].Id;
        platform.Drain.Hold(old);
        platform.Want(Make.App(2));
        await platform.ShowsAsync(Ct, "web.1 up v2");
        await Eventually.HoldsAsync("the old one drains", _ => Task.FromResult(platform.Drain.Drained.Contains(old)), Ct);
        platform.Route()!.Dynos.ShouldHaveSingleItem().Id.ShouldNotBe(old);
        platform.Fake.Signals.ShouldBeEmpty();
        platform.Drain.Release(old);
        await platform.Logs.WaitForAsync("Process exited with status 143", Ct);
        await Eventually.HoldsAsync("the old one is gone", _ => Task.FromResult(platform.Fake.Count == 1), Ct);
    }

    [Fact]
    public async Task Restart_AndStop_CountWhatTheyMean()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Want(Make.App(web: 2));
        await platform.ShowsAsync(Ct, "web.1 up v1", "web.2 up v1");
        (await platform.Manager.RestartAsync(Make.Guid(1), DynoSelector.All, Ct)).Value.ShouldBe(2);
        (await platform.Manager.StopAsync(Make.Guid(1), new DynoSelector(NameOrId: "web.2"), Ct)).Value.ShouldBe(1);
        (await platform.Manager.StopAsync(Make.Guid(1), new DynoSelector(NameOrId: "web.9"), Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
        await Eventually.HoldsAsync("three more were made", _ => Task.FromResult(platform.Fake.Made.Count >= 4 && platform.Fake.Count == 2), Ct);
        await platform.ShowsAsync(Ct, "web.1 up v1", "web.2 up v1");
    }

    [Fact]
    public async Task App_Destroyed_LosesDynosAndRoute()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Want(Make.App());
        await platform.ShowsAsync(Ct, "web.1 up v1");
        platform.Desired.Remove(Make.Guid(1));
        platform.Manager.LookAgain(Make.Guid(1));
        await platform.ShowsAsync(Ct);
        await Eventually.HoldsAsync("nothing is left", _ => Task.FromResult(platform.Fake.Count == 0 && platform.Route() is null), Ct);
    }

    [Fact]
    public async Task Output_OfADyno_GoesToTheAppsStreamAndIsAcknowledged()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Want(Make.App());
        await platform.ShowsAsync(Ct, "web.1 up v1");
        platform.Fake.Write("web.1", "hello "u8.ToArray(), endsLine: false);
        platform.Fake.Write("web.1", "oops\n"u8.ToArray(), isError: true);
        platform.Fake.Write("web.1", "world \xFF"u8.ToArray());
        await platform.Logs.WaitForAsync("app[web.1]: hello world", Ct);
        platform.Logs.Lines.ShouldContain("app[web.1]: oops");
        await Eventually.HoldsAsync(
            "it is acknowledged",
            _ =>
            {
                platform.Clock.Advance(platform.Options.OutputAckDelay);
                return Task.FromResult(platform.Fake.Acknowledged("web.1") == 3);
            },
            Ct);
    }

    [Fact]
    public async Task Environment_OfADyno_IsConfigAndNothingOfOurs()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Want(Make.App() with { Config = Make.Types("PORT", "1", "DYNO", "x", "GREETING", "a $b 'c' \n d", "PATH", "/app/bin:/bin") });
        await platform.ShowsAsync(Ct, "web.1 up v1");
        var spec = platform.Fake.Running.ShouldHaveSingleItem();
        spec.Environment.Keys.Where(IsAboutItself).ShouldBe(
            ["HEROKU_APP_ID", "HEROKU_APP_NAME", "HEROKU_DYNO_ID", "HEROKU_RELEASE_CREATED_AT", "HEROKU_RELEASE_VERSION", "HEROKU_SLUG_COMMIT"], ignoreOrder: true);
        spec.Environment["HEROKU_RELEASE_VERSION"].ShouldBe("v1");
        spec.Environment.Where(static v => !IsAboutItself(v.Key)).ShouldBe(Make.Types("DYNO", "web.1", "GREETING", "a $b 'c' \n d", "PATH", "/app/bin:/bin", "STACK", "host"), ignoreOrder: true);
        spec.ListensOnPort.ShouldBeTrue();
        spec.Arguments[^1].ShouldBe("node server.js");
        spec.Arguments[2].ShouldNotContain("node");

        static bool IsAboutItself(string name) => name.StartsWith("HEROKU_", StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyApps_LookAgainAtOnce_AllRun()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        for (var number = 1; number <= 300; number++)
            platform.Want(Make.App(number: number));
        await Eventually.HoldsAsync(
            "300 routes are up",
            _ =>
            {
                platform.Clock.Advance(TimeSpan.FromMilliseconds(10));
                return Task.FromResult(platform.Routes.Current.Apps.Count(static r => r.State == WebState.Up) == 300);
            },
            Ct);
    }
}
