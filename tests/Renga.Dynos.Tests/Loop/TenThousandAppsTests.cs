using System.Diagnostics;
using Renga.Model.Routing;
using Renga.Testing;

namespace Renga.Dynos.Tests.Loop;

public class TenThousandAppsTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Platform_TenThousandApps_AdoptsThemAllAtStart()
    {
        var platform = new Platform();
        for (var number = 1; number <= 10_000; number++)
            platform.Desired.Set(Make.App(number: number));
        platform.Options.MaxConcurrentLaunches = 64;
        var start = Stopwatch.GetTimestamp();
        await platform.StartAsync(Ct);
        await UpAsync(platform);
        output.WriteLine($"started 10,000 apps in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
        await platform.StopAsync();

        start = Stopwatch.GetTimestamp();
        await using var next = await platform.StartAsync(Ct);
        next.Routes.Current.Apps.Count(static r => r.State == WebState.Up).ShouldBe(10_000);
        output.WriteLine($"adopted 10,000 apps in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
        platform.Fake.Made.Count.ShouldBe(10_000);

        start = Stopwatch.GetTimestamp();
        next.Clock.Advance(next.Options.FullSyncInterval);
        next.Want(Make.App(version: 2));
        await next.ShowsAsync(Ct, "web.1 up v2");
        output.WriteLine($"a release beside a full sync took {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
    }

    private static Task UpAsync(Platform platform) => Eventually.HoldsAsync(
        "10,000 routes are up",
        _ => Task.FromResult(platform.Routes.Current.Apps.Count(static r => r.State == WebState.Up) == 10_000),
        Ct,
        TimeSpan.FromMinutes(1));
}
