using Renga.Model.Routing;
using Renga.Router.Tests.Beds;
using Renga.Testing;

namespace Renga.Router.Tests;

/// <summary>What goes through, and how it looks on either side.</summary>
public sealed class ForwardingTests
{
    private const string Id = "01234567-89ab-cdef-0123-456789abcdef";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_ReachesTheDyno_WithThePlatformsHeaders()
    {
        await using var bed = await RouterBed.StartAsync();
        var seen = new TaskCompletionSource<string>();
        bed.Up(new ScriptedDyno(async wire =>
        {
            seen.SetResult(await wire.ReadHeadAsync());
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, world!");
            await wire.ReadToEndAsync();
        }));
        var client = await bed.SendAsync(
            $"GET /a%20b?c=d HTTP/1.1\r\nX-Request-Id: {Id}\r\nX-Forwarded-For: 10.1.2.3\r\nX-Forwarded-Proto: https\r\nVia: 1.0 front\r\nConnection: X-Mine, X-Other\r\nX-Mine: 1\r\n"
            + "Keep-Alive: 5\r\nTE: trailers\r\nAccept: a\r\nAccept: b\r\nX-Byte: caf\u00e9\r\nConnect-Time: 9\r\n\r\n");
        var (head, body) = await client.ReadResponseAsync();
        var lines = (await seen.Task.WaitAsync(Ct)).Split("\r\n");
        lines[0].ShouldBe("GET /a%20b?c=d HTTP/1.1");
        lines[1].ShouldBe("Host: app.localhost");
        lines.Skip(2).Order(StringComparer.Ordinal).ShouldBe(new[]
        {
            "", "",
            "Accept: a", "Accept: b",
            "Connect-Time: 0",
            "Total-Route-Time: 0",
            "Via: 1.0 front, 1.1 renga",
            "X-Byte: caf\u00e9",
            "X-Forwarded-For: 10.1.2.3, 127.0.0.1",
            $"X-Forwarded-Port: {bed.Router.BoundAddress.Port}",
            "X-Forwarded-Proto: http",
            $"X-Request-Id: {Id}",
            $"X-Request-Start: {bed.Time.GetUtcNow().ToUnixTimeMilliseconds()}",
        }.Order(StringComparer.Ordinal));
        head.ShouldStartWith("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n");
        head.ShouldContain("\r\nVia: 1.1 renga\r\n");
        head.ShouldContain("\r\nServer: Renga\r\n");
        body.ShouldBe("Hello, world!");
        (await bed.LineAsync()).ShouldBe(
            $"heroku[router]: at=info method=GET path=\"/a%20b?c=d\" host=app.localhost request_id={Id} fwd=\"10.1.2.3,127.0.0.1\" dyno=web.1 connect=0ms service=0ms status=200 bytes=13 protocol=http");
    }

    [Fact]
    public async Task Response_IsPassedOn_WithoutWhatIsAboutTheConnection()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(ScriptedDyno.Answering(
            "HTTP/1.1 299 Quite Fine\r\nServer: mine\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nVia: 1.1 inner\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"));
        var (head, body) = await (await bed.GetAsync()).ReadResponseAsync();
        head.ShouldStartWith("HTTP/1.1 299 Quite Fine\r\n");
        head.ShouldContain("Server: mine\r\n");
        head.ShouldContain("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n");
        head.ShouldContain("Via: 1.1 inner, 1.1 renga\r\n");
        head.ShouldNotContain("X-Mine");
        head.ShouldNotContain("Keep-Alive");
        head.Split("Content-Length").Length.ShouldBe(2);
        body.ShouldBe("ok");
    }

    [Fact]
    public async Task Requests_OneAfterAnother_ShareOneConnectionToTheDyno()
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = ScriptedDyno.Saying("hello");
        bed.Up(dyno);
        var client = await bed.ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: APP.localhost:80\r\n\r\n");
            (await client.ReadResponseAsync()).Body.ShouldBe("hello");
        }

        dyno.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "Content-Length: 1000\r\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "Via: 1.1 renga\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 1000\r\n\r\n", "ETag: \"a\"\r\n")]
    public async Task Responses_WithoutBody_KeepBothConnections(string method, string response, string expected)
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = ScriptedDyno.Answering(response);
        bed.Up(dyno);
        var client = await bed.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
            (await client.ReadHeadAsync()).ShouldContain(expected);
        }

        dyno.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task ChunkedResponse_IsPassedOnAsItComes()
    {
        await using var bed = await RouterBed.StartAsync();
        var next = new SemaphoreSlim(0);
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync(Ct);
                await wire.SendAsync($"9\r\ndata: {i}\n\n\r\n");
            }

            await next.WaitAsync(Ct);
            await wire.SendAsync("0\r\nTrailer: x\r\n\r\n");
            await wire.ReadToEndAsync();
        }));
        var client = await bed.GetAsync();
        (await client.ReadHeadAsync()).ShouldContain("Transfer-Encoding: chunked\r\n");
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            await client.ReadToAsync($"9\r\ndata: {i}\n\n\r\n");
        }

        next.Release();
        await client.ReadToAsync("0\r\n\r\n");
        (await bed.LineAsync()).ShouldEndWith(" status=200 bytes=27 protocol=http");
    }

    [Theory]
    [InlineData("HTTP/1.1", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.0", "Connection: close\r\n", "hello")]
    public async Task ResponseThatEndsWithItsConnection_IsFramedForTheClient(string protocol, string header, string body)
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(static async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.0 200 OK\r\n\r\nhello");
        }));
        var client = await bed.SendAsync($"GET / {protocol}\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldContain(header);
        (await client.ReadAsync(body.Length)).ShouldBe(body);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n", "hello", "Content-Length: 5\r\n", "hello")]
    [InlineData("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")]
    public async Task RequestBody_IsPassedOnInItsFraming(string header, string body, string expectedHeader, string expectedBody)
    {
        await using var bed = await RouterBed.StartAsync();
        var seen = new TaskCompletionSource<string>();
        bed.Up(new ScriptedDyno(async wire =>
        {
            var head = await wire.ReadHeadAsync();
            seen.SetResult(head + await wire.ReadAsync(expectedBody.Length));
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await wire.ReadToEndAsync();
        }));
        var client = await bed.SendAsync($"POST / HTTP/1.1\r\n{header}\r\n{body}");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
        var request = await seen.Task.WaitAsync(Ct);
        request.ShouldContain(expectedHeader);
        request.ShouldEndWith("\r\n\r\n" + expectedBody);
    }

    [Fact]
    public async Task LargeBodies_StreamBothWays()
    {
        const int Size = 20 * 1024 * 1024;
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(static async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n");
            for (var left = Size; left > 0; left -= 65536)
                await wire.SendAsync(System.Text.Encoding.Latin1.GetBytes(await wire.ReadAsync(Math.Min(left, 65536))));
            await wire.ReadToEndAsync();
        }));
        var client = await bed.SendAsync($"PUT / HTTP/1.1\r\nContent-Length: {Size}\r\n\r\n");
        var block = new byte[65536];
        Random.Shared.NextBytes(block);
        var expected = System.Text.Encoding.Latin1.GetString(block);
        var sending = Task.Run(
            async () =>
            {
                for (var i = 0; i < Size / block.Length; i++)
                    await client.SendAsync(block);
            },
            Ct);
        await client.ReadHeadAsync();
        for (var i = 0; i < Size / block.Length; i++)
            (await client.ReadAsync(block.Length)).ShouldBe(expected);
        await sending;
        (await bed.LineAsync()).ShouldEndWith($" status=200 bytes={Size} protocol=http");
    }

    [Fact]
    public async Task ExpectContinue_TheDynoDecides()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(static async wire =>
        {
            var head = await wire.ReadHeadAsync();
            head.ShouldContain("Expect: 100-continue\r\n");
            if (head.StartsWith("POST /no", StringComparison.Ordinal))
            {
                await wire.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                await wire.ReadToEndAsync();
                return;
            }

            await wire.SendAsync("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            var body = await wire.ReadAsync(5);
            await wire.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{body}");
            await wire.ReadToEndAsync();
        }));
        var yes = await bed.SendAsync("POST /yes HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        (await yes.ReadHeadAsync()).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await yes.SendAsync("hello");
        (await yes.ReadResponseAsync()).Body.ShouldBe("hello");

        var no = await bed.SendAsync("POST /no HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        var (head, _) = await no.ReadResponseAsync();
        head.ShouldStartWith("HTTP/1.1 413 ");
        head.ShouldContain("Connection: close\r\n");
    }

    [Fact]
    public async Task ExpectContinue_WithASilentDyno_SendsTheBodyAfterAWhile()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(static async wire =>
        {
            await wire.ReadToAsync("hello");
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await wire.ReadToEndAsync();
        }));
        var client = await bed.SendAsync("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
        var answer = client.ReadToAsync("HTTP/1.1 200 OK\r\n");
        await Eventually.HoldsAsync(
            "the answer",
            _ =>
            {
                bed.Time.Advance(TimeSpan.FromMilliseconds(100));
                return Task.FromResult(answer.IsCompleted);
            },
            Ct);
        await answer;
    }

    [Fact]
    public async Task EarlyAnswer_ToAnUnfinishedUpload_IsPassedOn()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(new ScriptedDyno(static async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        }));
        var client = await bed.SendAsync("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nhello");
        (await client.ReadResponseAsync()).Head.ShouldStartWith("HTTP/1.1 413 Too Large\r\n");
        (await bed.LineAsync()).ShouldStartWith("heroku[router]: at=info ");
    }

    [Fact]
    public async Task Upgrade_IsATunnelBothWays()
    {
        await using var bed = await RouterBed.StartAsync();
        var head = new TaskCompletionSource<string>();
        bed.Up(new ScriptedDyno(async wire =>
        {
            head.SetResult(await wire.ReadHeadAsync());
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nfirst");
            while (await wire.ReadAsync(4) is { } message && message != "quit")
                await wire.SendAsync($"echo {message}");
        }));
        var client = await bed.GetAsync("/chat", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n");
        var response = await client.ReadHeadAsync();
        response.ShouldStartWith("HTTP/1.1 101 Switching Protocols\r\n");
        response.ShouldContain("Connection: Upgrade\r\n");
        response.ShouldContain("Upgrade: websocket\r\n");
        (await client.ReadAsync(5)).ShouldBe("first");
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync($"msg{i}");
            (await client.ReadAsync(9)).ShouldBe($"echo msg{i}");
        }

        await client.SendAsync("quit");
        (await client.ReadToEndAsync()).ShouldBe("");
        var sent = await head.Task.WaitAsync(Ct);
        sent.ShouldContain("Connection: Upgrade\r\n");
        sent.ShouldContain("Upgrade: websocket\r\n");
        (await bed.LineAsync()).ShouldEndWith(" status=101 bytes=32 protocol=http");
    }

    [Fact]
    public async Task Upgrade_WhoseClientLeaves_EndsAtTheDynoToo()
    {
        await using var bed = await RouterBed.StartAsync();
        var ended = new TaskCompletionSource<string>();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            ended.SetResult(await wire.ReadToEndAsync());
        }));
        var client = await bed.GetAsync("/chat", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
        await client.ReadHeadAsync();
        await client.SendAsync("bye");
        client.Dispose();
        (await ended.Task.WaitAsync(Ct)).ShouldBe("bye");
        (await bed.LineAsync()).ShouldContain(" status=101 ");
    }

    [Fact]
    public async Task UpgradeToHttp2_IsAnOrdinaryRequest()
    {
        await using var bed = await RouterBed.StartAsync();
        var head = new TaskCompletionSource<string>();
        bed.Up(new ScriptedDyno(async wire =>
        {
            head.SetResult(await wire.ReadHeadAsync());
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }));
        var client = await bed.GetAsync("/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
        var sent = await head.Task.WaitAsync(Ct);
        sent.ShouldNotContain("h2c");
        sent.ShouldNotContain("HTTP2-Settings");
    }

    [Theory]
    [InlineData("GET /%22%0d%0a%20at=info HTTP/1.1\r\nX-Request-Id: too short\r\n", "path=\"/%22%0d%0a%20at=info\"")]
    [InlineData("GET /\"quoted\" HTTP/1.1\r\n", "path=\"/%22quoted%22\"")]
    [InlineData("GET /\\ HTTP/1.1\r\n", "path=\"/%5C\"")]
    [InlineData("GET / HTTP/1.1\r\nX-Forwarded-For: 1.2.3.4\" dyno=x\tstatus=1\r\n", "fwd=\"1.2.3.4dynoxstatus1,127.0.0.1\" dyno=web.1 ")]
    public async Task Line_CannotBeForged(string request, string expected)
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(ScriptedDyno.Saying("hello"));
        var client = await bed.SendAsync(request + "\r\n");
        await client.ReadHeadAsync();
        var line = await bed.LineAsync();
        line.ShouldContain(expected);
        line.ShouldMatch(" request_id=[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12} ");
    }

    [Fact]
    public async Task Line_OfALongPath_IsCut()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(ScriptedDyno.Saying("hello"));
        var client = await bed.GetAsync("/" + new string('x', 5000));
        await client.ReadHeadAsync();
        (await bed.LineAsync()).ShouldContain($"path=\"/{new string('x', 2047)}...\" host=");
    }

    [Fact]
    public async Task AbsoluteTarget_IsForwardedAsPath()
    {
        await using var bed = await RouterBed.StartAsync();
        var head = new TaskCompletionSource<string>();
        bed.Up(new ScriptedDyno(async wire =>
        {
            head.SetResult(await wire.ReadHeadAsync());
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }));
        var client = await bed.SendAsync("GET http://app.localhost/a?b HTTP/1.1\r\n\r\n");
        await client.ReadHeadAsync();
        (await head.Task.WaitAsync(Ct)).ShouldStartWith("GET /a?b HTTP/1.1\r\n");
    }

    [Fact]
    public async Task ErrorPages_FollowTheAppAndTheClient()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Publish(bed.Route(WebState.Crashed) with { ErrorPageUrl = "https://example.com/\"><script>" });
        var framed = await (await bed.GetAsync()).ReadResponseAsync();
        framed.Body.ShouldContain("<iframe src=\"https://example.com/%22%3E%3Cscript%3E\"");
        var json = await (await bed.GetAsync("/", $"Accept: application/json\r\nX-Request-Id: {Id}\r\n")).ReadResponseAsync();
        json.Head.ShouldContain("Content-Type: application/json; charset=utf-8\r\n");
        json.Body.ShouldBe($"{{\"id\":\"H10\",\"message\":\"App crashed\",\"request_id\":\"{Id}\"}}");
        bed.Publish(bed.Route(WebState.Crashed) with { ErrorPageUrl = "javascript:alert(1)" });
        (await (await bed.GetAsync("/", "Accept: text/html,application/json;q=0.9\r\n")).ReadResponseAsync()).Body.ShouldContain("Application error");
    }
}
