using Renga.Model.Dynos;
using Renga.Testing;

namespace Renga.Dynos.Tests.Loop;

/// <summary>The real loop, executor and recovery over a scripted engine, with random faults and restarts of the platform at any point.</summary>
public class LoopSimulationTests
{
    private const int Rounds = 60;
    private readonly Lock _gate = new();
    private string? _broken;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Platform_RandomFaults_EndsWithExactlyTheFormation(int seed)
    {
        var random = new Random(seed);
        await using var platform = new Platform();
        await StartAsync(platform);
        var version = 1;
        platform.Want(Make.App(version, web: 2, worker: 1));
        for (var round = 0; round < Rounds; round++)
        {
            switch (random.Next(12))
            {
                case 0:
                    platform.Want(Make.App(++version, web: random.Next(4), worker: random.Next(3)));
                    break;
                case 1:
                    platform.Desired.Set(Make.App(++version, web: random.Next(4), worker: random.Next(3))); // the event is lost
                    break;
                case 2:
                    platform.Fake.FailNextCreates(random.Next(3));
                    break;
                case 3:
                    platform.Fake.NeverBind($"web.{random.Next(1, 4)}");
                    break;
                case 4:
                    platform.Fake.IgnoreTerminate($"web.{random.Next(1, 4)}");
                    break;
                case 5:
                    await platform.Manager.RestartAsync(Make.Guid(1), DynoSelector.All, Ct);
                    break;
                case 6:
                    await platform.Manager.StopAsync(Make.Guid(1), new DynoSelector(Type: "web"), Ct);
                    break;
                case 7:
                    await platform.StopAsync();
                    await StartAsync(platform);
                    break;
                case 8:
                    platform.Fake.Room = random.Next(2) == 0 ? null : 4;
                    break;
                default:
                    platform.Fake.CrashAny(random.Next(100), random.Next(3));
                    break;
            }

            platform.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(1, 20_000)));
            await Task.Yield();
        }

        // The faults end; time goes on.
        platform.Fake.Room = null;
        for (var i = 1; i <= 4; i++)
        {
            platform.Fake.BindAgain($"web.{i}");
            platform.Fake.IgnoreTerminate($"web.{i}", ignore: false);
        }

        var app = Make.App(++version, web: 3, worker: 2);
        platform.Want(app);
        string[] wanted = ["web.1", "web.2", "web.3", "worker.1", "worker.2"];
        await Eventually.HoldsAsync(
            "exactly the formation of the last release",
            _ =>
            {
                platform.Clock.Advance(TimeSpan.FromSeconds(7));
                var running = platform.Fake.Running.Select(static d => $"{d.Hostname} {d.Labels["version"]}").Order(StringComparer.Ordinal).ToList();
                return running.SequenceEqual(wanted.Select(n => $"{n} {version}")) && platform.Fake.Count == 5
                    ? Task.FromResult(true)
                    : throw new InvalidOperationException($"Version {version}; running {string.Join(", ", running)}; {platform.Fake.Count} in the engine; shown {string.Join(", ", platform.Manager.List(app.AppId).Select(static d => $"{d.Name} {d.State} v{d.ReleaseVersion}"))}");
            },
            Ct);
        platform.Route()!.Dynos.Select(static d => d.Name).ShouldBe(["web.1", "web.2", "web.3"]);
        _broken.ShouldBeNull();
    }

    private async Task StartAsync(Platform platform)
    {
        await platform.StartAsync(Ct);
        var routes = platform.Routes;
        _ = Task.Run(
            async () =>
            {
                while (true)
                {
                    var changed = routes.Changed;
                    foreach (var route in routes.Current.Apps.Where(static r => r.Dynos.Select(static d => d.Name).Distinct().Count() != r.Dynos.Length))
                    {
                        lock (_gate)
                            _broken = $"two of one name: {string.Join(", ", route.Dynos)}";
                    }

                    await changed;
                }
            },
            Ct);
    }
}
