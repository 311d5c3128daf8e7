using Renga.Model.Logs;
using Renga.Testing;

namespace Renga.Logs.Tests;

public sealed class LogMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ring_OfAQuietChannel_IsSmallAndOfABusyOneBounded()
    {
        var ring = new LogRing(1500);
        ring.Allocated.ShouldBe(0);
        ring.Add(new LogEntry(1, "app", "web.1", new byte[100]));
        ring.Allocated.ShouldBeLessThanOrEqualTo(16);

        for (var i = 2; i < 10_000; i++)
            ring.Add(new LogEntry(i, "app", "web.1", new byte[100]));

        ring.Count.ShouldBe(1500);
        ring.Allocated.ShouldBe(1500);
        ring[0].Id.ShouldBe(8500);
        ring[1499].Id.ShouldBe(9999);
        ring.Bytes.ShouldBe(1500 * new LogEntry(1, "app", "web.1", new byte[100]).Weight);
    }

    [Fact]
    public void TenThousandQuietChannels_CostWhatTheirLinesCost()
    {
        var options = new LogsOptions { Folder = _folder.Path };
        var channels = Enumerable.Range(0, 10_000).Select(_ => new LogChannel(Guid.CreateVersion7(), options, TimeProvider.System)).ToArray();
        foreach (var channel in channels)
        {
            channel.Append("app", "web.1", new byte[104], out var grown);
            grown.ShouldBe(200);
            channel.TakePending([]);
        }

        channels.Sum(static c => c.BytesInMemory).ShouldBe(10_000 * 200);
        channels.Sum(static c => c.Unload()).ShouldBe(10_000 * 200);
        channels.Sum(static c => c.BytesInMemory).ShouldBe(0);
    }

    [Fact]
    public async Task Channels_PastTheBudget_LeaveMemoryAndComeBackFromDisk()
    {
        const int Channels = 1000;
        const int LinesEach = 8;
        var options = new LogsOptions { Folder = _folder.Path, MemoryBytes = 512 * 1024 };
        await using var logs = await RunningLogs.StartAsync(options, Ct);
        var apps = Enumerable.Range(0, Channels).Select(static _ => Guid.CreateVersion7()).ToArray();

        foreach (var app in apps)
        {
            for (var line = 0; line < LinesEach; line++)
                logs.Say(app, $"line {line} of {app}");
        }

        await Eventually.HoldsAsync("memory within its budget", _ => Task.FromResult(logs.Fabric.MemoryBytes <= options.MemoryBytes), Ct);
        foreach (var app in new[] { apps[0], apps[Channels / 2], apps[^1] })
            (await logs.TextsAsync(logs.Open(app), Ct)).ShouldBe(Enumerable.Range(0, LinesEach).Select(i => $"line {i} of {app}"));
    }

    [Fact]
    public void Channel_WhoseDiskIsSlow_DropsForHistoryOnlyAndCounts()
    {
        var options = new LogsOptions { Folder = _folder.Path, PendingBytes = 10_000 };
        var channel = new LogChannel(Guid.CreateVersion7(), options, TimeProvider.System);
        for (var i = 0; i < 500; i++)
            channel.Append("app", "web.1", new byte[104], out _);

        var waiting = channel.TakePending([]);

        waiting.Count.ShouldBe(50);
        channel.LinesInMemory.ShouldBe(500);
        channel.Overflow.Take()!.Value.Count.ShouldBe(450);
        channel.Overflow.Take().ShouldBeNull();
    }

    [Fact]
    public void Channel_ThatIsFollowedOrUnwritten_DoesNotLeaveMemory()
    {
        var options = new LogsOptions { Folder = _folder.Path };
        var channel = new LogChannel(Guid.CreateVersion7(), options, TimeProvider.System);
        channel.Append("app", "web.1", new byte[10], out _).ShouldBeTrue();
        channel.Append("app", "web.1", new byte[10], out _).ShouldBeFalse();

        channel.Unload().ShouldBe(0);
        channel.TakePending([]).Count.ShouldBe(2);
        var (_, tail) = channel.Read(new LogQuery { AppId = channel.AppId, Tail = true }, after: null);
        channel.Unload().ShouldBe(0);
        channel.Leave(tail!);

        channel.Unload().ShouldBeGreaterThan(0);
        channel.LinesInMemory.ShouldBe(0);
    }

    [Fact]
    public async Task Writers_ManyAtOnce_LoseNothingOnDisk()
    {
        const int Writers = 4;
        const int Each = 25_000;
        var app = Guid.CreateVersion7();
        await using (var logs = await RunningLogs.StartAsync(_folder, Ct))
        {
            await Task.WhenAll(Enumerable.Range(1, Writers).Select(w => Task.Run(
                () =>
                {
                    for (var i = 0; i < Each; i++)
                        logs.Say(app, $"{i}", $"web.{w}");
                },
                Ct)));
        }

        var lines = new LogHistory(new LogsOptions { Folder = _folder.Path }).ReadLast(app, int.MaxValue);
        foreach (var dyno in lines.GroupBy(static e => e.Process))
            dyno.Select(static e => System.Text.Encoding.UTF8.GetString(e.Line).Split(": ")[1]).ShouldBe(Enumerable.Range(0, Each).Select(static i => $"{i}"));
        lines.Count.ShouldBe(Writers * Each);
    }
}
