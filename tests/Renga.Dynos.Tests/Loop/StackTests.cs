using Renga.Model.Dynos;
using Renga.Testing;

namespace Renga.Dynos.Tests.Loop;

/// <summary>A stack gets a new version while apps run on it.</summary>
public class StackTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NewVersion_AppsMoveOneAfterTheOther_WithoutARelease()
    {
        await using var platform = new Platform();
        platform.Stacks.Build("renga-12", "20261121.1", "/stacks/1/run");
        await platform.StartAsync(Ct);
        for (var number = 1; number <= 3; number++)
            platform.Want(OnStack(number));
        await RunsAsync(platform, "/stacks/1/run", 3);
        platform.Fake.Running.ShouldAllBe(static d => d.Labels["stack-version"] == "20261121.1" && d.Stack == "renga-12");

        // The first to move is held in its drain: the others wait for it.
        foreach (var route in platform.Routes.Current.Apps)
            platform.Drain.Hold(route.Dynos[0].Id);
        platform.Stacks.Build("renga-12", "20261121.2", "/stacks/2/run");
        for (var moved = 1; moved <= 3; moved++)
        {
            await platform.Logs.WaitForAsync("heroku[web.1]: Cycling", Ct, moved);
            await Eventually.HoldsAsync("its old dyno drains", _ => Task.FromResult(platform.Drain.Drained.Count == moved), Ct);
            platform.Fake.Running.Count(static d => d.StackImage == "/stacks/2/run").ShouldBe(moved);
            platform.Logs.Lines.Count(static l => l == "heroku[web.1]: Cycling").ShouldBe(moved);
            platform.Drain.Release(platform.Drain.Drained.Last());
        }

        await RunsAsync(platform, "/stacks/2/run", 3);
        platform.Manager.List(Make.Guid(1)).ShouldHaveSingleItem().ReleaseVersion.ShouldBe(1);
        platform.Fake.Made.Count.ShouldBe(6);
    }

    [Fact]
    public async Task NewVersion_BuiltWhileThePlatformWasDown_IsSeenByTheLabels()
    {
        var platform = new Platform();
        platform.Stacks.Build("renga-12", "20261121.1", "/stacks/1/run");
        await platform.StartAsync(Ct);
        platform.Want(OnStack(1));
        platform.Want(Make.App(number: 2));
        await RunsAsync(platform, "/stacks/1/run", 1);
        await platform.StopAsync();

        platform.Stacks.Build("renga-12", "20261122.1", "/stacks/2/run");
        await using var next = await platform.StartAsync(Ct);
        await RunsAsync(next, "/stacks/2/run", 1);
        next.Fake.Made.Count.ShouldBe(3); // the app on the host stayed
    }

    [Fact]
    public async Task NewVersion_AppThatDoesNotComeUp_LetsTheNextGoAfterItsTurn()
    {
        await using var platform = new Platform();
        platform.Stacks.Build("renga-12", "20261121.1", "/stacks/1/run");
        await platform.StartAsync(Ct);
        platform.Want(OnStack(1));
        platform.Want(OnStack(2));
        await RunsAsync(platform, "/stacks/1/run", 2);
        platform.Fake.BindsAtOnce = false;
        platform.Stacks.Build("renga-12", "20261121.2", "/stacks/2/run");
        await platform.Logs.WaitForAsync("heroku[web.1]: Cycling", Ct);
        platform.Logs.Lines.Count(static l => l == "heroku[web.1]: Cycling").ShouldBe(1);
        await Eventually.HoldsAsync(
            "the other app has its turn",
            _ =>
            {
                platform.Clock.Advance(TimeSpan.FromSeconds(30));
                return Task.FromResult(platform.Logs.Lines.Count(static l => l == "heroku[web.1]: Cycling") == 2);
            },
            Ct);
        platform.Routes.Current.Apps.ShouldAllBe(static a => a.Dynos.Length == 1);
    }

    [Fact]
    public async Task Stack_ThatIsGone_IsToldInWords()
    {
        await using var platform = await new Platform().StartAsync(Ct);
        platform.Want(OnStack(1));
        await platform.Logs.WaitForAsync("heroku[web.1]: Error R99 (Platform error) -> Failed to launch the process; it is tried again", Ct);
        platform.Fake.Made.ShouldBeEmpty();
    }

    private static DesiredApp OnStack(int number) => Make.App(number: number) with { Stack = "renga-12", BuildStack = "renga-12" };

    private static Task RunsAsync(Platform platform, string image, int count) => Eventually.HoldsAsync(
        $"{count} dynos on {image}, up",
        _ =>
        {
            var on = platform.Fake.Running.Count(d => d.StackImage == image);
            return Task.FromResult(on == count && platform.Fake.Running.Count(d => d.Stack == "renga-12") == count && platform.Routes.Current.Apps.All(static a => a.Dynos.Length == 1));
        },
        Ct);
}
