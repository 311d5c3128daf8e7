using System.Collections.Concurrent;
using Renga.Builds.Admission;
using Renga.Testing;

namespace Renga.Builds.Tests.Admission;

public sealed class BuildLineTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly FakePressure _pressure = new();
    private readonly ConcurrentQueue<string> _said = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_InOrder_TellsThePositionAsItMoves()
    {
        var line = Line();
        var first = await line.EnterAsync(Say("a"), Ct);
        var second = await line.EnterAsync(Say("b"), Ct);
        var third = line.EnterAsync(Say("c"), Ct);
        var fourth = line.EnterAsync(Say("d"), Ct);
        await SaidAsync("d: Waiting: 3 builds are ahead");

        first.Dispose();
        using var place = await third;
        await SaidAsync("d: Waiting: 2 builds are ahead");
        fourth.IsCompleted.ShouldBeFalse();
        second.Dispose();
        (await fourth).Dispose();

        _said.ShouldBe(["c: Waiting: 2 builds are ahead", "d: Waiting: 3 builds are ahead", "d: Waiting: 2 builds are ahead"]);
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_LetsTheNextMoveUp()
    {
        var line = Line();
        using var first = await line.EnterAsync(Say("a"), Ct);
        var second = await line.EnterAsync(Say("b"), Ct);
        using var cancel = new CancellationTokenSource();
        var third = line.EnterAsync(Say("c"), cancel.Token);
        var fourth = line.EnterAsync(Say("d"), Ct);

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(third);
        await SaidAsync("d: Waiting: 2 builds are ahead");

        second.Dispose();
        (await fourth).Dispose();
    }

    [Fact]
    public async Task Enter_ManyThatComeGoAndGiveUp_NeverMoreThanPlacesAndNoneIsLost()
    {
        var line = Line();
        var (inside, most) = (0, 0);
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Ct }, async (i, ct) =>
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(ct);
            if (i % 3 == 0)
                await cancel.CancelAsync();
            try
            {
                using var place = await line.EnterAsync(static _ => ValueTask.CompletedTask, cancel.Token);
                var now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // It gave up.
            }
        });

        most.ShouldBe(2);
        using var one = await line.EnterAsync(Say("one"), Ct);
        using var two = await line.EnterAsync(Say("two"), Ct);
        _said.ShouldBeEmpty();
    }

    [Fact]
    public async Task Enter_UnderPressure_IsHeldAndSaysWhy()
    {
        _pressure.Reading = new(Cpu: 10, Memory: 50);
        var line = Line();

        var entering = line.EnterAsync(Say("a"), Ct);
        await SaidAsync("a: Waiting: the machine is short of memory");
        await _time.WaitForTimersAsync(1, Ct);
        entering.IsCompleted.ShouldBeFalse();
        _pressure.Reading = new(Cpu: 10, Memory: 1);
        _time.Advance(TimeSpan.FromSeconds(2));

        using var place = await entering;
        _said.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Enter_PressureWithoutEnd_BuildsAfterTheLimitAndSaysSo()
    {
        var line = Line();
        using var other = await line.EnterAsync(Say("other"), Ct);
        _pressure.Reading = new(Cpu: 99, Memory: 0);

        var entering = line.EnterAsync(Say("a"), Ct);
        for (var i = 0; i < 5; i++)
        {
            await _time.WaitForTimersAsync(1, Ct);
            entering.IsCompleted.ShouldBeFalse();
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        using var place = await entering;
        _said.ShouldBe(["a: Waiting: the machine is short of processor time", "a: Building now, though the machine is still short of processor time"]);
    }

    [Fact]
    public async Task Enter_CancelledWhileHeld_GivesThePlaceBack()
    {
        var line = Line(places: 1);
        _pressure.Reading = new(Cpu: 0, Memory: 99);
        using var cancel = new CancellationTokenSource();
        var held = line.EnterAsync(Say("a"), cancel.Token);
        await SaidAsync("a: Waiting: the machine is short of memory");

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(held);

        _pressure.Reading = null;
        using var place = await line.EnterAsync(Say("b"), Ct);
    }

    [Theory]
    [InlineData("some avg10=12.57 avg60=2.38 avg300=19.95 total=5806531083\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", 12.57)]
    [InlineData("full avg10=9.00", 0)]
    [InlineData("some avg10=", 0)]
    [InlineData("", 0)]
    public void Reading_OfTheKernelsText_IsTheShortestAverage(string text, double percent) => PressureReading.ParseSome(text).ShouldBe(percent);

    [Theory]
    [InlineData(0, 0, true, null)]
    [InlineData(89, 19, true, null)]
    [InlineData(90, 0, true, "processor time")]
    [InlineData(100, 0, false, null)]
    [InlineData(99, 20, false, "memory")]
    public void Reading_AgainstTheLimits_NamesWhatIsShort(double cpu, double memory, bool othersBuild, string? what) =>
        new PressureReading(cpu, memory).ShortOf(Options(2), othersBuild).ShouldBe(what);

    [Theory]
    [InlineData(100_000, 4096)]
    [InlineData(9300, 4096)]
    [InlineData(5000, 1792)]
    [InlineData(1600, 256)]
    public void Room_OnAFullerDisk_GivesSmallerDisks(long freeMebi, long diskMebi) => DiskRoom.Fit(Options(2), freeMebi << 20).Value.DiskBytes.ShouldBe(diskMebi << 20);

    [Fact]
    public void Room_UnderTheFloor_RefusesInWords() =>
        DiskRoom.Fit(Options(2), 1100L << 20).Refusal.ShouldNotBeNull().Message.ShouldBe("The platform's disk is nearly full (1.1G free), so nothing can be built now. Ask its operator to make room, then push again.");

    private static BuildsOptions Options(int places) => new()
    {
        SlugsFolder = "/nowhere",
        CacheFolder = "/nowhere",
        RunFolder = "/nowhere",
        OutputsFolder = "/nowhere",
        SourcesFolder = "/nowhere",
        BuildpacksFolder = "/nowhere",
        AppUrl = "",
        MaxParallel = places,
        MaxHold = TimeSpan.FromSeconds(10),
    };

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; seen < value;)
            seen = Interlocked.CompareExchange(ref most, value, seen) is var now && now == seen ? value : now;
    }

    private BuildLine Line(int places = 2) => new(Options(places), _pressure, _time);

    private Func<string, ValueTask> Say(string who) => text =>
    {
        _said.Enqueue($"{who}: {text}");
        return ValueTask.CompletedTask;
    };

    private Task SaidAsync(string text) => Eventually.HoldsAsync(text, _ => Task.FromResult(_said.Contains(text)), Ct);

    private sealed class FakePressure : IPressure
    {
        public PressureReading? Reading { get; set; }

        public PressureReading? Read() => Reading;
    }
}
