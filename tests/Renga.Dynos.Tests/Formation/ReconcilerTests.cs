using Renga.Dynos.Formation;
using Renga.Engines;
using Renga.Model.Dynos;
using Renga.Model.Routing;

namespace Renga.Dynos.Tests.Formation;

public class ReconcilerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Formation_Wanted_StartsExactlyIt()
    {
        var core = new CoreScript().Want(Make.App(web: 2, worker: 1));
        core.Launches.ShouldBe(["web.1", "web.2", "worker.1"]);
        core.Lines.ShouldContain("web.1: Starting process with command `node server.js`");
        core.Step().Want(Make.App(web: 2, worker: 1));
        core.Launches.Count().ShouldBe(3);
    }

    [Fact]
    public void Unknown_Desired_StopsNothing()
    {
        var core = new CoreScript();
        var dyno = Adopted(core, Make.App());
        core.Step(new DynoFact.Adopted(dyno, 0)).Step();
        core.Actions.ShouldHaveSingleItem().ShouldBeOfType<DynoAction.Watch>();
    }

    [Fact]
    public void WebDyno_BindsItsPort_IsUpAndRouted()
    {
        var core = new CoreScript().Want(Make.App()).Launched("web.1");
        core.Route.State.ShouldBe(WebState.Starting);
        core.Route.Dynos.ShouldBeEmpty();
        core.Step(new DynoFact.PortBound(core.Dyno("web.1").Id));
        core.Lines.ShouldContain("web.1: State changed from starting to up");
        core.Route.State.ShouldBe(WebState.Up);
        core.Route.Dynos.ShouldHaveSingleItem().Name.ShouldBe("web.1");
    }

    [Fact]
    public void Worker_Launched_IsUpAtOnce() =>
        new CoreScript().Want(Make.App(web: 0, worker: 1)).Launched("worker.1").Dyno("worker.1").State.ShouldBe(DynoState.Up);

    [Fact]
    public void WebDyno_NeverBinds_IsKilledWithR10AndCrashes()
    {
        var core = new CoreScript().Want(Make.App()).Launched("web.1").Forget().Pass(60 * Second);
        core.Lines.ShouldBe(["web.1: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch", "web.1: Stopping process with SIGKILL"]);
        core.Actions.OfType<DynoAction.Signal>().ShouldHaveSingleItem().What.ShouldBe(DynoSignal.Kill);
        core.Forget().Exit(core.Dyno("web.1"), 137);
        core.Lines.Take(2).ShouldBe(["web.1: Process exited with status 137", "web.1: State changed from starting to crashed"]);
    }

    [Fact]
    public void Release_New_WebStartsFirstThenOldDrainsAndStops()
    {
        var core = new CoreScript().Want(Make.App(1)).Up("web.1").Forget().Want(Make.App(2));
        core.Lines.ShouldBe(["web.1: Restarting", "web.1: Starting process with command `node server.js`"]);
        var old = core.Dyno("web.1", DynoPhase.Running);
        core.Route.Dynos.ShouldHaveSingleItem().Id.ShouldBe(old.Id);

        core.Forget().Up("web.1");
        core.Route.Dynos.ShouldHaveSingleItem().Id.ShouldNotBe(old.Id);
        core.Actions.OfType<DynoAction.Drain>().ShouldHaveSingleItem().Id.ShouldBe(old.Id);
        core.Actions.OfType<DynoAction.Signal>().ShouldBeEmpty();

        core.Forget().Step(new DynoFact.Drained(old.Id));
        core.Lines.ShouldBe(["web.1: Stopping all processes with SIGTERM"]);
        core.Forget().Exit(core.State.Dynos[old.Id]);
        core.Lines.ShouldBe(["web.1: Process exited with status 143"]);
        core.Actions.OfType<DynoAction.Destroy>().ShouldHaveSingleItem().Id.ShouldBe(old.Id);
        core.Destroyed().State.Dynos.Values.ShouldHaveSingleItem().ReleaseVersion.ShouldBe(2);
    }

    [Fact]
    public void Release_NewWorker_StopsOldBeforeStart()
    {
        var core = new CoreScript().Want(Make.App(1, web: 0, worker: 1)).Up("worker.1").Forget().Want(Make.App(2, web: 0, worker: 1));
        core.Launches.ShouldBeEmpty();
        core.Lines.ShouldBe(["worker.1: Restarting", "worker.1: Stopping all processes with SIGTERM"]);
        core.Forget().Exit(core.Dyno("worker.1"));
        core.Launches.ShouldBe(["worker.1"]);
    }

    [Fact]
    public void Release_NewCrashes_OldKeepsServingAndRollStops()
    {
        var core = new CoreScript().Want(Make.App(1, web: 4));
        for (var i = 1; i <= 4; i++)
            core.Up($"web.{i}");
        core.Forget().Want(Make.App(2, web: 4));
        core.Launches.ShouldBe(["web.1"]);
        core.Launched("web.1").Forget().Crash("web.1");
        core.Lines.ShouldContain("web.1: Release v2 did not come up; release v1 keeps serving");
        core.Route.Dynos.Length.ShouldBe(4);
        core.Launches.ShouldBe(["web.1"]); // the first crash restarts at once
        core.Launched("web.1").Forget().Crash("web.1");
        core.Launches.ShouldBeEmpty();
        core.Route.State.ShouldBe(WebState.Up);
        core.Dyno("web.1").State.ShouldBe(DynoState.Crashed);
    }

    [Fact]
    public void Release_Rolling_ReplacesAShareAtATime()
    {
        var core = new CoreScript().Want(Make.App(1, web: 8));
        for (var i = 1; i <= 8; i++)
            core.Up($"web.{i}");
        core.Forget().Want(Make.App(2, web: 8));
        core.Launches.ShouldBe(["web.1", "web.2"]);
        core.Up("web.2");
        core.Launches.ShouldBe(["web.1", "web.2", "web.3"]);
    }

    [Fact]
    public void Release_SupersededWhileBooting_LeavesAtOnce()
    {
        var core = new CoreScript().Want(Make.App(1)).Launched("web.1").Forget().Want(Make.App(2));
        core.Launches.ShouldBe(["web.1"]);
        core.Actions.OfType<DynoAction.Signal>().ShouldHaveSingleItem().What.ShouldBe(DynoSignal.Terminate);
    }

    [Fact]
    public void Release_SupersededWhileLaunching_StopsItWhenItRuns()
    {
        var core = new CoreScript().Want(Make.App(1)).Forget();
        var first = core.Dyno("web.1");
        core.Want(Make.App(2));
        core.Actions.OfType<DynoAction.Signal>().ShouldBeEmpty();
        core.Step(new DynoFact.Launched(first.Id, null, ""));
        core.Actions.OfType<DynoAction.Signal>().ShouldHaveSingleItem().Id.ShouldBe(first.Id);
    }

    [Fact]
    public void Crash_First_RestartsAtOnceThenByTheLadder()
    {
        var core = new CoreScript().Want(Make.App());
        foreach (var pause in new[] { 0, 1, 5, 30, 120, 600, 1200, 2400 })
        {
            core.Up("web.1").Forget().Crash("web.1");
            if (pause > 0)
            {
                core.Route.State.ShouldBe(WebState.Crashed);
                core.Launches.ShouldBeEmpty();
                core.Pass((pause * Second) - TimeSpan.FromMilliseconds(1)).Launches.ShouldBeEmpty();
                core.Pass(TimeSpan.FromMilliseconds(1));
            }

            core.Launches.ShouldBe(["web.1"]);
            core.Lines.ShouldContain("web.1: State changed from crashed to starting");
        }
    }

    [Fact]
    public void Crash_AfterTenMinutesUp_RestartsAtOnce()
    {
        var core = new CoreScript().Want(Make.App()).Up("web.1").Crash("web.1").Up("web.1").Pass(601 * Second).Forget().Crash("web.1", 0);
        core.Launches.ShouldBe(["web.1"]);
        core.Lines.Take(2).ShouldBe(["web.1: Process exited with status 0", "web.1: State changed from up to crashed"]);
    }

    [Fact]
    public void Crash_LadderThenRelease_StartsAtOnce()
    {
        var core = new CoreScript().Want(Make.App(1)).Up("web.1").Crash("web.1").Up("web.1").Crash("web.1").Forget();
        core.Want(Make.App(2)).Launches.ShouldBe(["web.1"]);
    }

    [Fact]
    public void Crash_OutOfMemory_SaysR15()
    {
        var core = new CoreScript().Want(Make.App()).Up("web.1").Forget();
        core.Step(new DynoFact.Exited(core.Dyno("web.1").Id, 137, true));
        core.Lines.Take(3).ShouldBe(["web.1: Error R15 (Memory quota vastly exceeded)", "web.1: Stopping process with SIGKILL", "web.1: Process exited with status 137"]);
    }

    [Fact]
    public void Scale_Down_HighestNumbersGo()
    {
        var core = new CoreScript().Want(Make.App(web: 3));
        for (var i = 1; i <= 3; i++)
            core.Up($"web.{i}");
        core.Forget().Want(Make.App(web: 1));
        core.Route.Dynos.ShouldHaveSingleItem().Name.ShouldBe("web.1");
        core.Lines.ShouldBe(["web.3: State changed from up to down", "web.2: State changed from up to down"]);
        core.Actions.OfType<DynoAction.Drain>().Count().ShouldBe(2);
    }

    [Fact]
    public void Stop_Ignored_IsKilledWithR12()
    {
        var core = new CoreScript().Want(Make.App(web: 0, worker: 1)).Up("worker.1").Want(Make.App(web: 0)).Forget().Pass(30 * Second);
        core.Lines.ShouldBe([
            "worker.1: Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM",
            "worker.1: Stopping remaining processes with SIGKILL",
        ]);
        core.Forget().Pass(10 * Second).Actions.ShouldHaveSingleItem().ShouldBeOfType<DynoAction.Destroy>();
    }

    [Fact]
    public void App_Gone_DropsRoutesAndStopsEverything()
    {
        var core = new CoreScript().Want(Make.App(worker: 1)).Up("web.1").Up("worker.1").Forget().Want(null);
        WebRoute.Of(core.State, core.Time.GetUtcNow()).ShouldBeNull();
        core.Actions.OfType<DynoAction.Signal>().Count(static s => s.What == DynoSignal.Terminate).ShouldBe(2);
        core.Exit(core.Dyno("web.1")).Exit(core.Dyno("worker.1")).Destroyed().State.IsOver.ShouldBeTrue();
    }

    [Fact]
    public void Restart_Asked_ReplacesStartFirstAndClearsTheLadder()
    {
        var core = new CoreScript().Want(Make.App()).Up("web.1").Forget().Step(new DynoFact.RestartAsked(DynoSelector.All));
        core.Launches.ShouldBe(["web.1"]);
        core.Route.Dynos.ShouldHaveSingleItem();
        core.Up("web.1").Crash("web.1").Up("web.1").Crash("web.1").Forget();
        core.Step().Launches.ShouldBeEmpty();
        core.Step(new DynoFact.RestartAsked(new DynoSelector(NameOrId: "web.1"))).Launches.ShouldBe(["web.1"]);
    }

    [Fact]
    public void Stop_Asked_StartsAgainAfterItHasEnded()
    {
        var core = new CoreScript().Want(Make.App()).Up("web.1").Forget().Step(new DynoFact.StopAsked(new DynoSelector(NameOrId: "web.1")));
        core.Route.State.ShouldBe(WebState.Starting);
        core.Launches.ShouldBeEmpty();
        var old = core.Dyno("web.1");
        core.Step(new DynoFact.Drained(old.Id)).Exit(core.State.Dynos[old.Id]);
        core.Launches.ShouldBe(["web.1"]);
    }

    [Fact]
    public void Launch_Fails_IsTriedAgainWithoutCountingAsCrash()
    {
        var core = new CoreScript().Want(Make.App()).Forget();
        core.Step(new DynoFact.LaunchFailed(core.Dyno("web.1").Id, NoRoom: false));
        core.Lines.ShouldHaveSingleItem().ShouldStartWith("web.1: Error R99");
        core.Route.State.ShouldBe(WebState.Starting);
        core.Forget().Pass(Second).Launches.ShouldBe(["web.1"]);
    }

    [Fact]
    public void Launch_NoRoomForTwo_StopsTheOldFirst()
    {
        var core = new CoreScript().Want(Make.App(1)).Up("web.1").Want(Make.App(2)).Forget();
        core.Step(new DynoFact.LaunchFailed(core.Dyno("web.1", DynoPhase.Launching).Id, NoRoom: true));
        var old = core.Dyno("web.1", DynoPhase.Draining);
        core.Route.State.ShouldBe(WebState.Starting);
        core.Launches.ShouldBeEmpty();
        core.Step(new DynoFact.Drained(old.Id)).Exit(core.State.Dynos[old.Id]).Launches.ShouldBe(["web.1"]);
    }

    [Fact]
    public void Twins_Adopted_OneStays()
    {
        var core = new CoreScript();
        var app = Make.App();
        core.Step(new DynoFact.Adopted(Adopted(core, app), 0)).Step(new DynoFact.Adopted(Adopted(core, app), 0)).Want(app);
        core.Route.Dynos.ShouldHaveSingleItem();
        core.State.Dynos.Values.Count(static d => d.Phase == DynoPhase.Running).ShouldBe(1);
        core.Launches.ShouldBeEmpty();
    }

    [Fact]
    public void Maintenance_Set_ChangesTheRouteOnly()
    {
        var core = new CoreScript().Want(Make.App()).Up("web.1").Forget().Want(Make.App() with { Maintenance = true });
        core.Actions.ShouldBeEmpty();
        core.Route.Maintenance.ShouldBeTrue();
    }

    [Fact]
    public void Route_WithoutCodeOrWeb_SaysSo()
    {
        new CoreScript().Want(Make.App() with { Slug = null, Formation = [] }).Route.State.ShouldBe(WebState.Blank);
        new CoreScript().Want(Make.App(web: 0)).Route.State.ShouldBe(WebState.NoWebDynos);
    }

    [Fact]
    public void Destroy_Fails_IsTriedAgain()
    {
        var core = new CoreScript().Want(Make.App(web: 0, worker: 1)).Up("worker.1").Want(Make.App(web: 0));
        var dyno = core.Dyno("worker.1");
        core.Exit(dyno).Step(new DynoFact.DestroyFailed(dyno.Id)).Forget().Pass(5 * Second);
        core.Actions.ShouldHaveSingleItem().ShouldBeOfType<DynoAction.Destroy>();
        core.Destroyed().State.Dynos.ShouldBeEmpty();
    }

    private static DynoRecord Adopted(CoreScript core, DesiredApp app)
    {
        core.Time.Advance(Second);
        return new DynoRecord
        {
            Id = Guid.CreateVersion7(core.Time.GetUtcNow()),
            Name = "web.1",
            Type = "web",
            Command = "node server.js",
            Size = "Basic",
            ReleaseId = app.ReleaseId,
            ReleaseVersion = app.ReleaseVersion,
            CreatedAt = core.Time.GetUtcNow(),
            Phase = DynoPhase.Running,
            State = DynoState.Up,
            StateSince = core.Time.GetUtcNow(),
            Endpoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 4999),
        };
    }
}
