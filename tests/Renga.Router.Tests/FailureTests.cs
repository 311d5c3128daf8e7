using System.Net;
using System.Net.Sockets;
using Renga.Model.Routing;
using Renga.Router.Tests.Beds;
using Renga.Testing;

namespace Renga.Router.Tests;

/// <summary>Every H-code by its real cause.</summary>
public sealed class FailureTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WebState.Crashed, "at=error code=H10 desc=\"App crashed\"")]
    [InlineData(WebState.NoWebDynos, "at=error code=H14 desc=\"No web processes running\"")]
    [InlineData(WebState.Blank, "at=info code=H81 desc=\"Blank app\"")]
    public async Task State_WithoutDynos_IsAnsweredByItsCode(WebState state, string start)
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Publish(state);
        var client = await bed.GetAsync("/x", "X-Request-Id: 12345678901234567890\r\n");
        var (head, body) = await client.ReadResponseAsync();
        head.ShouldStartWith("HTTP/1.1 503 Service Unavailable\r\n");
        head.ShouldContain("Cache-Control: no-cache, no-store\r\n");
        head.ShouldContain("Content-Type: text/html; charset=utf-8\r\n");
        body.ShouldContain("<html lang=\"en\">");
        (await bed.LineAsync()).ShouldBe(
            $"heroku[router]: {start} method=GET path=\"/x\" host=app.localhost request_id=12345678901234567890 fwd=\"127.0.0.1\" dyno= connect= service= status=503 bytes= protocol=http");
    }

    [Fact]
    public async Task Maintenance_WithDynosUp_IsH80()
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = bed.Own(ScriptedDyno.Saying("hello"));
        bed.Publish(bed.Route(WebState.Up, dyno.Endpoint) with { Maintenance = true });
        var (head, body) = await (await bed.GetAsync()).ReadResponseAsync();
        head.ShouldStartWith("HTTP/1.1 503 ");
        body.ShouldContain("maintenance");
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: at=info code=H80 desc=\"Maintenance mode\" method=GET");
        dyno.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task UnknownHost_Gets404AndNoLine()
    {
        await using var bed = await RouterBed.StartAsync();
        var client = await bed.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: other.localhost\r\n\r\n");
        var (head, body) = await client.ReadResponseAsync();
        head.ShouldStartWith("HTTP/1.1 404 Not Found\r\n");
        body.ShouldContain("No such app");
        bed.Logs.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task DynoThatDoesNotAnswer_After30Seconds_IsH12()
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            got.SetResult();
            await wire.ReadToEndAsync();
        }));
        var client = await bed.GetAsync();
        await got.Task.WaitAsync(Ct);
        await AdvanceUntilLineAsync(bed);
        (await client.ReadResponseAsync()).Head.ShouldStartWith("HTTP/1.1 503 ");
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: at=error code=H12 desc=\"Request timeout\" method=GET");
        line.ShouldContain(" dyno=web.1 connect=0ms service=3");
        line.ShouldEndWith(" status=503 bytes=0 protocol=http");
    }

    [Fact]
    public async Task DynoThatClosesWithoutAWord_IsH13()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(static wire => wire.ReadHeadAsync()));
        await ExpectAsync(bed, "at=error code=H13 desc=\"Connection closed without response\"", 503);
    }

    [Fact]
    public async Task DynoThatFallsSilentInItsResponse_IsH15()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(static async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync(Chunked + "5\r\nhello\r\n");
            await wire.ReadToEndAsync();
        }));
        var client = await bed.GetAsync();
        await client.ReadToAsync("hello\r\n");
        await AdvanceUntilLineAsync(bed);
        (await client.ReadToEndAsync()).ShouldNotContain("0\r\n\r\n");
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: at=error code=H15 desc=\"Idle connection\"");
        line.ShouldEndWith(" status=503 bytes=5 protocol=http");
    }

    [Theory]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HELLO\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    public async Task ResponseHeadThatIsNoHttp_IsH17(string response)
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync(response);
            await wire.ReadToEndAsync();
        }));
        await ExpectAsync(bed, "at=error code=H17 desc=\"Poorly formatted HTTP response\"", 503);
    }

    [Theory]
    [InlineData("Content-Length: 1\r\nContent-Length: 2\r\n", "invalid content length")]
    [InlineData("Content-Length: -1\r\n", "invalid content length")]
    [InlineData("Content-Length: 1a\r\n", "invalid content length")]
    [InlineData("Content-Length: 99999999999999999999\r\n", "invalid content length")]
    public async Task ResponseHeadThatIsRestricted_IsH25(string headers, string what)
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(ScriptedDyno.Answering($"HTTP/1.1 200 OK\r\n{headers}\r\n"));
        await ExpectAsync(bed, $"at=error code=H25 desc=\"HTTP restriction: {what}\"", 502);
    }

    [Fact]
    public async Task ResponseHeadBeyondItsLimits_IsH25()
    {
        foreach (var (head, what) in new[]
        {
            ($"HTTP/1.1 200 {new string('x', 9000)}\r\n\r\n", "oversized status line"),
            ($"HTTP/1.1 200 OK\r\nSet-Cookie: {new string('x', 9000)}\r\n\r\n", "oversized cookie"),
            ($"HTTP/1.1 200 OK\r\nA: {new string('x', 600 * 1024)}\r\n\r\n", "oversized header"),
        })
        {
            await using var bed = await RouterBed.StartAsync();
            bed.Up(ScriptedDyno.Answering(head));
            await ExpectAsync(bed, $"at=error code=H25 desc=\"HTTP restriction: {what}\"", 502);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", "5")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n", "5")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", "0")]
    public async Task DynoThatClosesInItsResponse_IsH18AndTheClientSeesACut(string response, string bytes)
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync(response);
        }));
        var client = await bed.GetAsync();
        (await client.ReadToEndOrResponseAsync()).ShouldNotContain("0\r\n\r\n");
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: sock=backend at=error code=H18 desc=\"Server Request Interrupted\" method=GET");
        line.ShouldEndWith($" status=503 bytes={bytes} protocol=http");
    }

    [Theory]
    [InlineData("x\r\nhello\r\n")]
    [InlineData("5\nhello\r\n")]
    [InlineData("5\r\nhelloX\r\n")]
    [InlineData("\r\nhello")]
    [InlineData("-5\r\nhello\r\n")]
    [InlineData("0000000000000005\r\nhello\r\n")]
    public async Task ResponseChunksThatAreNone_AreH17(string chunks)
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync(Chunked + chunks);
            await wire.ReadToEndAsync();
        }));
        var client = await bed.GetAsync();
        (await client.ReadToEndOrResponseAsync()).ShouldNotContain("0\r\n\r\n");
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: at=error code=H17 ");
    }

    [Fact]
    public async Task DynoThatDoesNotAcceptInTime_IsH19()
    {
        // A listener with no room for another connection drops the packets that ask for one.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var address = (IPEndPoint)full.LocalEndPoint!;
        var fillers = new List<Socket>();
        for (var i = 0; i < 4; i++)
        {
            var filler = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            fillers.Add(filler);
            _ = filler.ConnectAsync(address, Ct).AsTask();
        }

        await using var bed = await RouterBed.StartAsync();
        bed.Publish(WebState.Up, new DynoEndpoint(Guid.CreateVersion7(), "web.1", address));
        var client = await bed.GetAsync();
        await AdvanceUntilLineAsync(bed);
        (await client.ReadResponseAsync()).Head.ShouldStartWith("HTTP/1.1 503 ");
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: at=error code=H19 desc=\"Backend connection timeout\"");
        line.ShouldMatch(" dyno=web.1 connect=[5-9]\\d\\d\\dms service= status=503 bytes= protocol=http$");
        fillers.ForEach(static f => f.Dispose());
    }

    [Fact]
    public async Task AppThatStaysStarting_After75Seconds_IsH20()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Publish(WebState.Starting);
        var client = await bed.GetAsync();
        await AdvanceUntilLineAsync(bed);
        (await client.ReadResponseAsync()).Head.ShouldStartWith("HTTP/1.1 503 ");
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: at=error code=H20 desc=\"App boot timeout\" ");
        line.ShouldEndWith(" dyno= connect= service= status=503 bytes= protocol=http");
    }

    [Fact]
    public async Task DynoThatRefuses_IsH21()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Publish(WebState.Up, ScriptedDyno.Refusing());
        var client = await bed.GetAsync();
        await AdvanceUntilLineAsync(bed);
        (await client.ReadResponseAsync()).Head.ShouldStartWith("HTTP/1.1 503 ");
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: at=error code=H21 desc=\"Backend connection refused\" ");
        line.ShouldMatch(" dyno=web.1 connect=\\d+ms service= status=503 bytes= protocol=http$");
    }

    [Fact]
    public async Task DynosThatAllStayQuarantined_AreH99()
    {
        await using var bed = await RouterBed.StartAsync(static o => o.Quarantine = TimeSpan.FromSeconds(200));
        bed.Publish(WebState.Up, ScriptedDyno.Refusing());
        var first = await bed.GetAsync("/first");
        await AdvanceUntilLineAsync(bed);
        await first.ReadResponseAsync();
        var second = await bed.GetAsync("/second");
        await AdvanceUntilLineAsync(bed, lines: 2);
        await second.ReadResponseAsync();
        (await bed.Logs.WaitForAsync("path=\"/second\"", Ct)).ShouldStartWith("heroku[router]: at=error code=H99 desc=\"Platform error\" ");
    }

    [Fact]
    public async Task MoreHeldRequestsThanTheLimit_AreH11()
    {
        await using var bed = await RouterBed.StartAsync(static o => o.HoldLimit = 1);
        bed.Publish(WebState.Starting);
        var held = await bed.GetAsync("/held");
        await bed.Time.WaitForTimersAsync(2, Ct);
        var refused = await bed.GetAsync("/refused");
        await refused.ReadResponseAsync();
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: at=error code=H11 desc=\"Backlog too deep\" method=GET path=\"/refused\"");
        bed.Up(ScriptedDyno.Saying("hello"));
        (await held.ReadResponseAsync()).Body.ShouldBe("hello");
    }

    [Fact]
    public async Task MoreRequestsThanADynoAndItsQueueTake_AreH11()
    {
        await using var bed = await RouterBed.StartAsync(static o => o.InFlightPerDyno = o.QueuePerDyno = 1);
        var got = new SemaphoreSlim(0);
        var answer = new SemaphoreSlim(0);
        bed.Up(new ScriptedDyno(async wire =>
        {
            while (true)
            {
                var head = await wire.ReadHeadAsync();
                got.Release();
                await answer.WaitAsync(Ct);
                var path = head.Split(' ')[1];
                await wire.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {path.Length}\r\n\r\n{path}");
            }
        }));
        var working = await bed.GetAsync("/working");
        await got.WaitAsync(Ct);
        var queued = await bed.GetAsync("/queued");
        await bed.Time.WaitForTimersAsync(2, Ct);
        var refused = await bed.GetAsync("/refused");
        (await refused.ReadResponseAsync()).Head.ShouldStartWith("HTTP/1.1 503 ");
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: at=error code=H11 desc=\"Backlog too deep\" method=GET path=\"/refused\"");
        answer.Release(2);
        (await working.ReadResponseAsync()).Body.ShouldBe("/working");
        (await queued.ReadResponseAsync()).Body.ShouldBe("/queued");
    }

    [Theory]
    [InlineData(WebState.Up)]
    [InlineData(WebState.Starting)]
    public async Task ClientThatLeaves_IsH27(WebState state)
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        var seen = new TaskCompletionSource<string>();
        var dyno = bed.Own(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            got.SetResult();
            seen.SetResult(await wire.ReadToEndAsync());
        }));
        bed.Publish(state, state == WebState.Up ? [dyno.Endpoint] : []);
        var client = await bed.GetAsync();
        await (state == WebState.Up ? got.Task.WaitAsync(Ct) : bed.Time.WaitForTimersAsync(2, Ct));
        client.Dispose();
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: sock=client at=warning code=H27 desc=\"Client Request Interrupted\" method=GET");
        line.ShouldContain(" status=499 bytes=");
        if (state == WebState.Up)
            await seen.Task.WaitAsync(Ct);
    }

    [Fact]
    public async Task ClientThatBreaksOffItsBody_IsH27()
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            got.SetResult();
            await wire.ReadToEndAsync();
        }));
        var client = await bed.SendAsync("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhello");
        await got.Task.WaitAsync(Ct);
        client.Dispose();
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: sock=client at=warning code=H27 ");
    }

    [Fact]
    public async Task ClientThatFallsSilentInItsBody_IsH28()
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadToAsync("hello");
            got.SetResult();
            await wire.ReadToEndAsync();
        }));
        var client = await bed.SendAsync("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhello");
        await got.Task.WaitAsync(Ct);
        await AdvanceUntilLineAsync(bed);
        await client.ReadToEndAsync();
        var line = await bed.LineAsync();
        line.ShouldStartWith("heroku[router]: at=warning code=H28 desc=\"Client Connection Idle\" method=POST");
        line.ShouldContain(" dyno=web.1 connect=0ms service=5");
        line.ShouldEndWith(" status=499 bytes=0 protocol=http");
    }

    [Fact]
    public async Task ClientThatTakesNothing_IsH28()
    {
        await using var bed = await RouterBed.StartAsync(static o => o.ResponseBuffer = 64 * 1024);
        var sent = 0;
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
            while (true)
            {
                await wire.SendAsync(new byte[64 * 1024]);
                Interlocked.Increment(ref sent);
            }
        }));
        await bed.GetAsync();
        var (before, same) = (0, 0);
        await Eventually.HoldsAsync(
            "the dyno to be held back",
            _ =>
            {
                var now = Volatile.Read(ref sent);
                (before, same) = (now, now > 0 && now == before ? same + 1 : 0);
                return Task.FromResult(same == 20);
            },
            Ct);
        await AdvanceUntilLineAsync(bed);
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: at=warning code=H28 ");
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "bad header", 400)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "bad header", 400)]
    [InlineData("POST / HTTP/1.1\r\nExpect: something\r\nContent-Length: 5\r\n\r\nhello", "unsupported expect header value", 417)]
    public async Task RequestThatServersReadDifferently_IsH26(string request, string cause, int status)
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = ScriptedDyno.Saying("hello");
        bed.Up(dyno);
        var client = await bed.SendAsync(request);
        (await client.ReadHeadAsync()).ShouldStartWith($"HTTP/1.1 {status} ");
        (await bed.LineAsync()).ShouldStartWith($"heroku[router]: at=error code=H26 desc=\"Request Error\" cause=\"{cause}\" method=POST");
        dyno.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5, 6\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nA: b\n\n")]
    [InlineData("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: second.localhost\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nA: b\0\r\n\r\n")]
    public async Task RequestThatBreaksHttp_IsRefusedBeforeAnyDyno(string request)
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = ScriptedDyno.Saying("hello");
        bed.Up(dyno);
        var client = await bed.SendAsync(request);
        (await client.ReadToEndAsync()).ShouldMatch("^HTTP/1.1 (400|501) ");
        dyno.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task RequestBodyWithABadChunk_IsH26()
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadToAsync("hello");
            got.SetResult();
            await wire.ReadToEndAsync();
        }));
        var client = await bed.SendAsync("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await got.Task.WaitAsync(Ct);
        await client.SendAsync("zzz\r\n");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 400 ");
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: at=error code=H26 desc=\"Request Error\" cause=\"bad chunk\" method=POST");
    }

    private static async Task ExpectAsync(RouterBed bed, string start, int status)
    {
        var client = await bed.GetAsync();
        var (head, _) = await client.ReadResponseAsync();
        head.ShouldStartWith($"HTTP/1.1 {status} ");
        (await bed.LineAsync()).ShouldStartWith($"heroku[router]: {start} method=GET path=\"/\"");
    }

    /// <summary>Moves the clock in small steps until the router has said what became of the request; steps, because timers are armed on the way.</summary>
    private static Task AdvanceUntilLineAsync(RouterBed bed, int lines = 1) => Eventually.HoldsAsync(
        $"{lines} router line(s)",
        _ =>
        {
            bed.Time.Advance(TimeSpan.FromMilliseconds(500));
            return Task.FromResult(bed.Logs.Lines.Count >= lines);
        },
        Ct);
}
