using Renga.Dynos.Formation;

namespace Renga.Dynos.Tests.Formation;

/// <summary>What the decision core does when it is an app's turn to move to a new version of its stack.</summary>
public class StackCycleTests
{
    private static readonly DynoFact New = new DynoFact.StackMoved("2");

    [Fact]
    public void Web_OnAnOlderVersion_IsReplacedStartFirstAndSaysCycling()
    {
        var core = new CoreScript { StackVersion = "1" }.Want(Make.App(3)).Up("web.1").Forget().Step(New);
        core.Lines.ShouldBe(["web.1: Cycling", "web.1: Starting process with command `node server.js`"]);
        var old = core.Dyno("web.1", DynoPhase.Running);
        core.Route.Dynos.ShouldHaveSingleItem().Id.ShouldBe(old.Id);

        core.StackVersion = "2";
        core.Forget().Up("web.1");
        core.Route.Dynos.ShouldHaveSingleItem().Id.ShouldNotBe(old.Id);
        core.Step(new DynoFact.Drained(old.Id)).Exit(core.State.Dynos[old.Id]).Destroyed();
        var now = core.State.Dynos.Values.ShouldHaveSingleItem();
        (now.StackVersion, now.ReleaseVersion, now.Cycling).ShouldBe(("2", 3, false));
        core.Forget().Step(New).Actions.ShouldBeEmpty();
    }

    [Fact]
    public void Worker_OnAnOlderVersion_StopsBeforeItsReplacementStarts()
    {
        var core = new CoreScript { StackVersion = "1" }.Want(Make.App(web: 0, worker: 1)).Up("worker.1").Forget().Step(New);
        core.Lines.ShouldBe(["worker.1: Cycling", "worker.1: Stopping all processes with SIGTERM"]);
        core.Launches.ShouldBeEmpty();
        core.Forget().Exit(core.Dyno("worker.1")).Launches.ShouldBe(["worker.1"]);
    }

    [Fact]
    public void ManyWebDynos_AreReplacedAShareAtATime()
    {
        var core = new CoreScript { StackVersion = "1" }.Want(Make.App(web: 8));
        for (var i = 1; i <= 8; i++)
            core.Up($"web.{i}");
        core.Forget().Step(New).Launches.ShouldBe(["web.1", "web.2"]);
        core.Route.Dynos.Length.ShouldBe(8);
    }

    [Fact]
    public void Dyno_OnTheVersionOrOnOneThatIsNotKnownYet_Stays()
    {
        new CoreScript { StackVersion = "2" }.Want(Make.App()).Up("web.1").Forget().Step(New).Actions.ShouldBeEmpty();
        new CoreScript { StackVersion = "1" }.Want(Make.App()).Forget().Step(New).Actions.ShouldBeEmpty();
    }

    [Fact]
    public void Replacement_DoesNotComeUp_OldKeepsServing()
    {
        var core = new CoreScript { StackVersion = "1" }.Want(Make.App()).Up("web.1").Step(New);
        var old = core.Dyno("web.1", DynoPhase.Running);
        core.Launched("web.1").Crash("web.1").Launched("web.1").Forget().Crash("web.1");
        core.Route.Dynos.ShouldHaveSingleItem().Id.ShouldBe(old.Id);
        core.Forget().Step(New).Actions.ShouldBeEmpty();
    }

    [Fact]
    public void Release_WhileCycling_MakesTheReplacementOfTheRelease()
    {
        var core = new CoreScript { StackVersion = "1" }.Want(Make.App(1)).Up("web.1").Step(New).Forget().Want(Make.App(2)).Launched("web.1");
        core.State.Dynos.Values.Where(static d => d.Phase == DynoPhase.Booting || d.IsCandidate).Select(static d => d.ReleaseVersion).ShouldContain(2);
    }
}
