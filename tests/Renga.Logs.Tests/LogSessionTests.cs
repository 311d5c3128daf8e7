using Renga.Model.Logs;
using Renga.Testing;

namespace Renga.Logs.Tests;

public sealed class LogSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly Guid _app = Guid.CreateVersion7();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Secret_Is256BitsAndNeverTheSame()
    {
        await using var logs = await StartAsync();

        var secrets = Enumerable.Range(0, 100).Select(_ => Secret(logs.Open(_app))).ToArray();

        secrets.Distinct().Count().ShouldBe(100);
        secrets.ShouldAllBe(static s => s.Length == 64 && s.All(char.IsAsciiHexDigitLower));
    }

    [Theory]
    [InlineData("/logs/0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("/logs/x")]
    [InlineData("/logs/..%2f..%2fetc")]
    public async Task Secret_ThatNobodyGave_IsNotFound(string path)
    {
        await using var logs = await StartAsync();
        logs.Open(_app);

        using var response = await logs.GetAsync(path, Ct);

        response.Status.ShouldBe(404);
        (await response.ReadToEndAsync(Ct)).ShouldContain("\"id\":\"not_found\"");
    }

    [Fact]
    public async Task Secret_UnusedForFiveMinutes_IsNotFound()
    {
        await using var logs = await StartAsync();
        var path = logs.Open(_app);
        var other = logs.Open(_app);

        _clock.Advance(TimeSpan.FromMinutes(4));
        using (var early = await logs.GetAsync(path, Ct))
            early.Status.ShouldBe(200);
        _clock.Advance(TimeSpan.FromMinutes(2));

        using var used = await logs.GetAsync(path, Ct);
        used.Status.ShouldBe(200);
        using var unused = await logs.GetAsync(other, Ct);
        unused.Status.ShouldBe(404);
    }

    [Fact]
    public async Task Secret_OfATailThatIsOpen_StaysValidForAReconnect()
    {
        await using var logs = await StartAsync();
        var path = logs.Open(_app, tail: true);
        using (var first = await logs.GetAsync(path, Ct))
        {
            _clock.Advance(TimeSpan.FromHours(1));
            logs.Say(_app, "still");
            await first.ReadUntilAsync("still", Ct);
        }

        using var second = await logs.GetAsync(path, Ct);
        second.Status.ShouldBe(200);
    }

    [Fact]
    public void Sessions_AreBounded()
    {
        var sessions = new LogSessionTable(new LogsOptions { Folder = _folder.Path, MaxSessions = 10 }, _clock);
        var read = sessions.Open(new LogQuery { AppId = _app });
        sessions.Enter(read).ShouldNotBeNull();

        var last = "";
        for (var i = 0; i < 1000; i++)
            last = sessions.Open(new LogQuery { AppId = _app });

        sessions.Count.ShouldBe(10);
        sessions.Enter(read).ShouldNotBeNull();
        sessions.Enter(last).ShouldNotBeNull();
    }

    [Fact]
    public async Task Tails_AreBounded()
    {
        await using var logs = await RunningLogs.StartAsync(new LogsOptions { Folder = _folder.Path, MaxTails = 1 }, Ct);
        using (var first = await logs.GetAsync(logs.Open(_app, tail: true), Ct))
        {
            using var second = await logs.GetAsync(logs.Open(_app, tail: true), Ct);
            second.Status.ShouldBe(503);
            logs.Say(_app, "x");
            await first.ReadUntilAsync("x", Ct);
        }

        await Eventually.HoldsAsync(
            "a free place after the first reader went",
            async ct =>
            {
                using var third = await logs.GetAsync(logs.Open(_app, tail: true), ct);
                return third.Status == 200;
            },
            Ct);
    }

    private static string Secret(string path) => path["/logs/".Length..path.IndexOf('?', StringComparison.Ordinal)];

    private Task<RunningLogs> StartAsync() => RunningLogs.StartAsync(new LogsOptions { Folder = _folder.Path }, Ct, _clock);
}
