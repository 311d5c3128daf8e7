using Renga.Model.Routing;
using Renga.Router.Tests.Beds;
using Renga.Testing;

namespace Renga.Router.Tests;

/// <summary>A deploy never fails a request: holding, retrying, draining.</summary>
public sealed class SwapTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_WhileTheOnlyDynoIsReplaced_AllSucceed()
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = ScriptedDyno.Saying("v0");
        bed.Up(dyno);
        var stop = false;
        var answered = 0;
        var clients = Enumerable.Range(0, 8).Select(async _ =>
        {
            var client = await bed.ConnectAsync();
            while (!Volatile.Read(ref stop))
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
                var (head, body) = await client.ReadResponseAsync();
                head.ShouldStartWith("HTTP/1.1 200 ", customMessage: body);
                Interlocked.Increment(ref answered);
            }
        }).ToList();

        for (var release = 1; release <= 20; release++)
        {
            // As the dyno manager does it for one dyno: out of the routes, drained, stopped; the new one starts; in again.
            await AnsweredAsync(100);
            bed.Publish(WebState.Starting);
            (await bed.Router.WaitIdleAsync(dyno.Endpoint.Id, TimeSpan.FromSeconds(30), Ct)).ShouldBeTrue();
            dyno.Dispose();
            dyno = ScriptedDyno.Saying($"v{release}");
            bed.Up(dyno);
        }

        await AnsweredAsync(100);
        Volatile.Write(ref stop, true);
        await Task.WhenAll(clients);
        bed.Logs.Lines.ShouldAllBe(static l => l.StartsWith("heroku[router]: at=info method=GET"));

        async Task AnsweredAsync(int more)
        {
            var goal = Volatile.Read(ref answered) + more;
            await Eventually.HoldsAsync("answers to go on", _ => Task.FromResult(clients.Exists(static c => c.IsFaulted) || Volatile.Read(ref answered) >= goal), Ct);
            if (clients.Find(static c => c.IsFaulted) is { } failed)
                await failed;
        }
    }

    [Fact]
    public async Task Request_OnADynoThatLeavesBeforeItAnswers_GoesToAnother()
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            got.SetResult();
            await leave.Task.WaitAsync(Ct);
        }));
        var client = await bed.GetAsync();
        await got.Task.WaitAsync(Ct);
        bed.Publish(WebState.Starting);
        leave.SetResult();
        await bed.Time.WaitForTimersAsync(2, Ct);
        bed.Up(ScriptedDyno.Saying("new", "web.2"));
        (await client.ReadResponseAsync()).Body.ShouldBe("new");
        (await bed.LineAsync()).ShouldContain(" dyno=web.2 ");
    }

    [Fact]
    public async Task Post_OnADynoThatLeavesBeforeItAnswers_IsNotSentTwice()
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        bed.Up(new ScriptedDyno(async wire =>
        {
            await wire.ReadToAsync("hello");
            got.SetResult();
            await leave.Task.WaitAsync(Ct);
        }));
        var client = await bed.SendAsync("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
        await got.Task.WaitAsync(Ct);
        bed.Up(ScriptedDyno.Saying("new", "web.2"));
        leave.SetResult();
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 503 ");
        (await bed.LineAsync()).ShouldContain(" code=H13 ");
    }

    [Fact]
    public async Task Request_OnAConnectionThatTheDynoClosed_IsSentAgain()
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = new ScriptedDyno(static async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        bed.Up(dyno);
        for (var i = 1; i <= 5; i++)
            (await (await bed.GetAsync()).ReadResponseAsync()).Body.ShouldBe("ok");
        dyno.Connections.ShouldBe(5);
        bed.Logs.Lines.ShouldAllBe(static l => l.Contains(" status=200 "));
    }

    [Fact]
    public async Task DynoThatRefuses_IsLeftAloneForAnother()
    {
        await using var bed = await RouterBed.StartAsync();
        var good = bed.Own(ScriptedDyno.Saying("hello", "web.2"));
        bed.Publish(WebState.Up, ScriptedDyno.Refusing("web.1"), good.Endpoint, ScriptedDyno.Refusing("web.3"));
        for (var i = 0; i < 10; i++)
            (await (await bed.GetAsync()).ReadResponseAsync()).Body.ShouldBe("hello");
        bed.Logs.Lines.ShouldAllBe(static l => l.Contains(" dyno=web.2 "));
    }

    [Fact]
    public async Task DynoThatRefuses_AndThenLeavesTheRoutes_HoldsTheRequest()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Publish(WebState.Up, ScriptedDyno.Refusing());
        var client = await bed.GetAsync();
        await bed.Time.WaitForTimersAsync(2, Ct);
        bed.Publish(WebState.Starting);
        bed.Up(ScriptedDyno.Saying("hello"));
        (await client.ReadResponseAsync()).Body.ShouldBe("hello");
    }

    [Fact]
    public async Task Drain_WaitsForTheLastRequest()
    {
        await using var bed = await RouterBed.StartAsync();
        var got = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var dyno = new ScriptedDyno(async wire =>
        {
            await wire.ReadHeadAsync();
            got.SetResult();
            await answer.Task.WaitAsync(Ct);
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        bed.Up(dyno);
        var client = await bed.GetAsync();
        await got.Task.WaitAsync(Ct);
        bed.Publish(WebState.Starting);
        var idle = bed.Router.WaitIdleAsync(dyno.Endpoint.Id, TimeSpan.FromSeconds(30), Ct);
        idle.IsCompleted.ShouldBeFalse();
        answer.SetResult();
        (await client.ReadResponseAsync()).Body.ShouldBe("ok");
        (await idle).ShouldBeTrue();
        (await bed.Router.WaitIdleAsync(Guid.CreateVersion7(), TimeSpan.FromSeconds(30), Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task Drain_OfAnOpenTunnel_EndsAtTheDeadline()
    {
        await using var bed = await RouterBed.StartAsync();
        var dyno = new ScriptedDyno(static async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            await wire.ReadToEndAsync();
        });
        bed.Up(dyno);
        var client = await bed.GetAsync("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
        await client.ReadHeadAsync();
        bed.Publish(WebState.Starting);
        var idle = bed.Router.WaitIdleAsync(dyno.Endpoint.Id, TimeSpan.FromSeconds(10), Ct);
        await bed.Time.WaitForTimersAsync(2, Ct);
        bed.Time.Advance(TimeSpan.FromSeconds(10));
        (await idle).ShouldBeFalse();
    }

    [Fact]
    public async Task TunnelsAndEventStreams_LeaveRoomForOtherRequests()
    {
        await using var bed = await RouterBed.StartAsync(static o => o.InFlightPerDyno = 1);
        bed.Up(new ScriptedDyno(static async wire =>
        {
            var head = await wire.ReadHeadAsync();
            await wire.SendAsync(head.Contains("Upgrade", StringComparison.Ordinal)
                ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
            await wire.ReadToEndAsync();
        }));
        for (var i = 0; i < 3; i++)
        {
            await (await bed.GetAsync("/socket", "Connection: Upgrade\r\nUpgrade: websocket\r\n")).ReadHeadAsync();
            await (await bed.GetAsync("/events")).ReadToAsync("data: 1\n\n");
        }
    }

    [Fact]
    public async Task Requests_AreSpreadOverAllDynos()
    {
        await using var bed = await RouterBed.StartAsync();
        bed.Up(ScriptedDyno.Saying("1", "web.1"), ScriptedDyno.Saying("2", "web.2"), ScriptedDyno.Saying("3", "web.3"));
        var seen = new HashSet<string>();
        for (var i = 0; i < 100; i++)
            seen.Add((await (await bed.GetAsync()).ReadResponseAsync()).Body);
        seen.Order(StringComparer.Ordinal).ShouldBe(["1", "2", "3"]);
    }
}
