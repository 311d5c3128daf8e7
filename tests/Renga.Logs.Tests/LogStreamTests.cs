using System.Globalization;
using Renga.Model.Logs;
using Renga.Testing;

namespace Renga.Logs.Tests;

public sealed class LogStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Guid _app = Guid.CreateVersion7();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Session_AsPlainText_IsTheLinesToTheByte()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, "Hello, wörld \u001b[32mgreen\u001b[0m");
        logs.Say(_app, "State changed from starting to up", "web.1", LogSource.Heroku);

        using var response = await logs.GetAsync(logs.Open(_app), Ct);

        response.Status.ShouldBe(200);
        response.Head.ShouldContain("Content-Type: text/plain; charset=utf-8");
        (await response.ReadToEndAsync(Ct)).ShouldBe(
            "2026-01-02T03:04:05.678901+00:00 app[web.1]: Hello, wörld \u001b[32mgreen\u001b[0m\n2026-01-02T03:04:05.678901+00:00 heroku[web.1]: State changed from starting to up\n");
    }

    [Fact]
    public async Task Session_AsEvents_HasRetryThenOneEventPerLineAndEnds()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, "one");
        logs.Say(_app, "two");

        using var response = await logs.GetAsync(logs.Open(_app), Ct, "Accept: text/event-stream");
        var body = await response.ReadToEndAsync(Ct);

        response.Head.ShouldContain("Content-Type: text/event-stream");
        var ids = body.Split('\n').Where(static l => l.StartsWith("id: ", StringComparison.Ordinal)).Select(static l => long.Parse(l[4..], CultureInfo.InvariantCulture)).ToArray();
        ids[1].ShouldBeGreaterThan(ids[0]);
        body.ShouldBe($"retry: 10\n\nid: {ids[0]}\ndata: 2026-01-02T03:04:05.678901+00:00 app[web.1]: one\n\nid: {ids[1]}\ndata: 2026-01-02T03:04:05.678901+00:00 app[web.1]: two\n\n");
    }

    [Fact]
    public async Task Session_OfNothing_EndsAtOnce()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);

        (await logs.ReadAllAsync(logs.Open(_app), Ct)).ShouldBeEmpty();
        (await logs.ReadAllAsync(logs.Open(_app), Ct, "Accept: text/event-stream")).ShouldBe("retry: 10\n\n");
    }

    [Fact]
    public async Task Tail_GetsHistoryThenEveryNewLineInOrder_WithoutRetry()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, "before");

        using var response = await logs.GetAsync(logs.Open(_app, tail: true), Ct, "Accept: text/event-stream");
        (await response.ReadUntilAsync("before", Ct)).ShouldStartWith("id: ");
        for (var i = 0; i < 100; i++)
            logs.Say(_app, $"live {i};");
        var body = await response.ReadUntilAsync("live 99;", Ct);

        var texts = body.Split('\n').Where(static l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(static l => l[(l.IndexOf("]: ", StringComparison.Ordinal) + 3)..]);
        texts.ShouldBe(["before", .. Enumerable.Range(0, 100).Select(static i => $"live {i};")]);
    }

    [Fact]
    public async Task Tail_OpenedWhileLinesCome_HasNeitherGapNorDouble()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writer = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    logs.Say(_app, $"n={written++};");
                    if (written % 100 == 0)
                        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
                }
            },
            Ct);

        for (var round = 0; round < 10; round++)
        {
            using var response = await logs.GetAsync(logs.Open(_app, lines: 50, tail: true), Ct);
            await response.ReadUntilAsync(";\n", Ct);
            var target = Volatile.Read(ref written) + 20;
            var body = await response.ReadUntilAsync($"n={target};\n", Ct);
            var numbers = body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static l => l.EndsWith(';')).Select(static l => int.Parse(l[(l.LastIndexOf('=') + 1)..^1], CultureInfo.InvariantCulture)).ToArray();
            numbers.ShouldBe(Enumerable.Range(numbers[0], numbers.Length));
        }

        await stop.CancelAsync();
        await writer;
    }

    [Theory]
    [InlineData(null, "web.1", "a1 a2")]
    [InlineData(null, "web", "a1 w2 a2")]
    [InlineData("app", null, "a1 w2 k1 a2")]
    [InlineData("heroku", null, "h1")]
    [InlineData("app", "worker", "k1")]
    [InlineData("ap", null, "")]
    [InlineData(null, "we", "")]
    [InlineData(null, "router", "h1")]
    public async Task Session_WithFilter_HasMatchingLinesOnly(string? source, string? process, string expected)
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, "a1");
        logs.Say(_app, "h1", "router", LogSource.Heroku);
        logs.Say(_app, "w2", "web.2");
        logs.Say(_app, "k1", "worker.1");
        logs.Say(_app, "a2");

        string.Join(' ', await logs.TextsAsync(logs.Open(_app, source: source, process: process), Ct)).ShouldBe(expected);
    }

    [Fact]
    public async Task Session_WithLines_CountsMatchingLines()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        for (var i = 0; i < 50; i++)
            logs.Say(_app, $"{i}", i % 2 == 0 ? "web.1" : "worker.1");

        (await logs.TextsAsync(logs.Open(_app, lines: 3, process: "web"), Ct)).ShouldBe(["44", "46", "48"]);
        (await logs.TextsAsync(logs.Open(_app, lines: 0), Ct)).ShouldBeEmpty();
        (await logs.TextsAsync(logs.Open(_app, lines: -7), Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Session_OfABusyApp_HasTheLast1500Lines()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        for (var i = 0; i < 4000; i++)
            logs.Say(_app, $"{i}");

        (await logs.TextsAsync(logs.Open(_app, lines: 9999), Ct)).ShouldBe(Enumerable.Range(2500, 1500).Select(static i => $"{i}"));
    }

    [Fact]
    public async Task Session_OfOneApp_NeverShowsAnother()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(Guid.CreateVersion7(), "secret of another");
        logs.Say(_app, "mine");

        (await logs.TextsAsync(logs.Open(_app), Ct)).ShouldBe(["mine"]);
    }

    [Theory]
    [InlineData("a\nb", "a b")]
    [InlineData("a\r\nb\r\n", "a  b")]
    [InlineData("data: x\n\ndata: y", "data: x  data: y")]
    [InlineData("nul\0bell\abs\b", "nul\uFFFDbell\uFFFDbs\uFFFD")]
    [InlineData("tab\tstays", "tab\tstays")]
    [InlineData("line\u2028sep\u2029par\u0085nel", "line sep par nel")]
    [InlineData("c1\u009b31m", "c1\uFFFD31m")]
    [InlineData("", "")]
    public async Task Line_WithHostileText_StaysOneLine(string text, string expected)
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, text);
        logs.Say(_app, "next");

        (await logs.ReadAllAsync(logs.Open(_app), Ct)).ShouldBe(
            $"2026-01-02T03:04:05.678901+00:00 app[web.1]: {expected}\n2026-01-02T03:04:05.678901+00:00 app[web.1]: next\n");
    }

    [Fact]
    public async Task Line_WithHalfASurrogatePair_IsStillUtf8()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, $"half {(char)0xd83d} pair");

        (await logs.TextsAsync(logs.Open(_app), Ct)).ShouldBe(["half \uFFFD pair"]);
    }

    [Fact]
    public async Task Line_WithHostileNames_CannotPoseAsAnother()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, "x", "web.1]: fake\nheroku[router", "app\r\n");
        logs.Say(_app, "y", "", "");

        (await logs.ReadAllAsync(logs.Open(_app), Ct)).ShouldBe(
            "2026-01-02T03:04:05.678901+00:00 app__[web.1_:_fake_heroku_router]: x\n2026-01-02T03:04:05.678901+00:00 unknown[unknown]: y\n");
    }

    [Fact]
    public async Task Line_LongerThanTheLimit_BecomesSeveralAndLosesNothing()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        var text = string.Concat(Enumerable.Repeat("日本語😀x", 4000));
        logs.Say(_app, text);

        var pieces = await logs.TextsAsync(logs.Open(_app), Ct);

        string.Concat(pieces).ShouldBe(text);
        pieces.Length.ShouldBe(6);
        pieces.ShouldAllBe(static p => System.Text.Encoding.UTF8.GetByteCount(p) <= 10_000);
    }

    [Fact]
    public async Task Tail_OfASlowReader_IsToldL11AndStaysConnected()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        using var response = await RawResponse.GetAsync(logs.Port, logs.Open(_app, tail: true), [], 4096, Ct);

        // Kestrel and the kernel hold some megabytes for a reader that does not read; after that its 1,024 lines fill up.
        const int Written = 4000;
        var filler = new string('x', 9000);
        for (var i = 0; i < Written; i++)
            logs.Say(_app, $"n={i}; {filler}");
        var body = await response.ReadUntilAsync($"n={Written - 1};", Ct);
        logs.Say(_app, "still here");
        body = await response.ReadUntilAsync("still here", Ct);

        var told = body.Split('\n').Where(static l => l.Contains("Error L11", StringComparison.Ordinal)).ToArray();
        told.ShouldNotBeEmpty();
        told[0].ShouldMatch(@"^\S+\+00:00 heroku\[logplex\]: Error L11 \(Tail buffer overflow\) -> This tail session dropped [1-9][0-9]* messages since \S+\+00:00\.$");
        var dropped = told.Sum(static l => int.Parse(l.Split("dropped ")[1].Split(' ')[0], CultureInfo.InvariantCulture));
        var seen = body.Split('\n').Count(static l => l.Contains("]: n=", StringComparison.Ordinal));
        (seen + dropped).ShouldBe(Written);
    }

    [Fact]
    public async Task Tail_ThatComesBackWithItsLastEventId_GoesOnWhereItStopped()
    {
        await using var logs = await RunningLogs.StartAsync(_folder, Ct);
        logs.Say(_app, "one");
        var path = logs.Open(_app, lines: 10, tail: true);
        string id;
        using (var first = await logs.GetAsync(path, Ct, "Accept: text/event-stream"))
            id = (await first.ReadUntilAsync("one", Ct)).Split('\n')[0][4..];
        logs.Say(_app, "two");

        using var second = await logs.GetAsync(path, Ct, "Accept: text/event-stream", $"Last-Event-ID: {id}");
        logs.Say(_app, "three");

        (await second.ReadUntilAsync("three", Ct)).ShouldNotContain("one");
        (await second.ReadUntilAsync("two", Ct)).ShouldContain("three");
    }

    [Fact]
    public async Task Tail_OfASilentApp_GetsCommentsOnlyAsEvents()
    {
        var clock = new ManualTimeProvider();
        await using var logs = await RunningLogs.StartAsync(new LogsOptions { Folder = _folder.Path }, Ct, clock);
        using var events = await logs.GetAsync(logs.Open(_app, tail: true), Ct, "Accept: text/event-stream");
        using var plain = await logs.GetAsync(logs.Open(_app, tail: true), Ct);
        await clock.WaitForTimersAsync(2, Ct);

        clock.Advance(TimeSpan.FromSeconds(20));
        (await events.ReadUntilAsync(":\n\n", Ct)).ShouldBe(":\n\n");
        logs.Say(_app, "at last");

        (await plain.ReadUntilAsync("at last\n", Ct)).ShouldStartWith("2026-");
    }
}
