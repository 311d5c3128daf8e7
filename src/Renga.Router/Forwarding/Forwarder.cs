using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Renga.Router.Dynos;
using Renga.Router.Failures;
using Renga.Router.Pipeline;

namespace Renga.Router.Forwarding;

/// <summary>
/// One exchange with a dyno over one connection. It moves bytes and measures; which dyno, and what to do about a failure, is decided by
/// <see cref="RequestPipeline"/>.
/// <code>
///   client                         router                        dyno
///     | request head --------------> 1. head rewritten, small -----> |
///     |                                 body behind it               |
///     | body ----------------------> 2. streamed beside the rest --> |
///     |                              3. 1xx skipped, 100 lets  &lt;---- |
///     |                                 the body go, 101: tunnel     |
///     | &lt;--------------------------- 4. head, hop-by-hop gone        |
///     | &lt;--------------------------- 5. body, as it comes  &lt;-------- |
///     |                              6. connection kept or closed    |
/// </code>
/// </summary>
internal sealed class Forwarder(Deadlines deadlines, RequestHead requestHead, RequestBodyPump pump, ResponseCopier responses, Tunnel tunnel, RouterOptions options, TimeProvider time)
{
    private const int SendSize = 8 * 1024;

    /// <summary>Interim responses before the final one; a dyno that sends more is broken.</summary>
    private const int InterimLimit = 100;

    private readonly long _firstByte = deadlines.Measure(options.FirstByteTimeout);
    private readonly long _idle = deadlines.Measure(options.IdleTimeout);

    /// <summary>Forwards the request and passes the response on. Owns the connection: afterwards it is back with its dyno, or closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Outcome> ForwardAsync(Exchange exchange, DynoConnection connection)
    {
        BodyInFlight body = default;
        var keep = false;
        var touched = false;
        try
        {
            if (!exchange.Attach(connection))
                return new(Blame(exchange, RouterErrors.ClientInterrupted));
            exchange.DynoIsToTake(deadlines.In(_idle));

            // 1. The head, and a small body with it
            var expectsContinue = exchange.HasBody && exchange.Request.Headers.Expect.Count > 0;
            var buffer = new SendBuffer(SendSize);
            var bodyIsSent = true;
            try
            {
                requestHead.Write(ref buffer, exchange);
                var isChunked = exchange.Request.Headers.ContentLength is null;
                if (exchange.HasBody && !exchange.IsUpgrade)
                    bodyIsSent = !expectsContinue && RequestBodyPump.TryAppendWhole(ref buffer, exchange.RequestBody, isChunked);
                await connection.SendAsync(buffer.Written);
                exchange.DynoIsToAnswer(deadlines.In(_firstByte));

                // 2. The rest of the body, beside the response
                if (!bodyIsSent)
                    body = StartBody(exchange, connection, isChunked, expectsContinue);
            }
            finally
            {
                buffer.Dispose();
            }

            // 3. The response's head
            var head = connection.Head;
            for (var interim = 0; ; interim++)
            {
                var searched = 0;
                RouterError? error;
                while (!TryParseHead(connection, ref searched, out error))
                {
                    var count = await connection.ReceiveAsync(options.ResponseHeadLimit);
                    touched |= count > 0;
                    if (count <= 0)
                        return Fail(exchange, connection, touched, count < 0 ? RouterErrors.OversizedHeader : touched ? RouterErrors.ServerInterrupted : RouterErrors.ClosedWithoutResponse);
                }

                if (error is null && head.Status < 200 && head.Status != 101 && interim == InterimLimit)
                    error = RouterErrors.BadResponse;
                if (error is null && head.Status == 101 && !exchange.IsUpgrade)
                    error = RouterErrors.BadResponse;
                if (error is not null)
                    return new(error);
                touched = true;
                if (head.Status is >= 200 or 101)
                    break;
                if (head.Status == 100)
                    body.Continue?.TrySetResult(true);
            }

            exchange.ResponseBegins(deadlines.In(_idle));
            if (head.Status == 101)
                return await tunnel.RunAsync(exchange, connection) is { } broken ? new(broken) : Outcome.Done;
            if (head.IsEventStream)
                RequestPipeline.EndWork(exchange);

            // 4. and 5. Head and body to the client
            if (body.Continue?.TrySetResult(false) == true)
                exchange.Response.Headers.Connection = "close";
            var failure = await responses.CopyAsync(exchange, connection);
            if (failure is not null)
                return new(Blame(exchange, failure));
            keep = head.KeepsAlive && head.Status != 205 && connection.Received.IsEmpty
                && !(head.EndsWithConnection && ResponseCopier.HasBody(exchange, head))
                && (body.Task is null || (body.Task.IsCompletedSuccessfully && await body.Task));
            return Outcome.Done;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return Fail(exchange, connection, touched, touched ? RouterErrors.ServerInterrupted : RouterErrors.ClosedWithoutResponse);
        }
        finally
        {
            // 6. What still runs ends first; then the connection serves the next request, or is closed
            if (body.Task is { IsCompleted: false })
            {
                connection.Abort();
                RequestBodyPump.Cancel(exchange.RequestBody);
            }

            if (body.Task is not null)
            {
                body.Continue?.TrySetResult(false);
                await body.Task;
            }

            exchange.Detach();
            connection.Head.Forget();
            if (keep && exchange.Stopped == StopReason.None)
                exchange.Dyno!.GiveBack(connection);
            else
                connection.Dispose();
        }
    }

    /// <summary>Who is to blame: whoever stopped the exchange, otherwise what was seen here.</summary>
    private static RouterError Blame(Exchange exchange, RouterError seen) => exchange.Stopped switch
    {
        StopReason.None => seen,
        StopReason.ClientGone => RouterErrors.ClientInterrupted,
        StopReason.BadBody => RouterErrors.BadChunk,
        StopReason.FirstByte => RouterErrors.RequestTimeout,
        StopReason.DynoIdle => RouterErrors.IdleConnection,
        StopReason.ClientIdle => RouterErrors.ClientIdle,
        _ => throw new InvalidOperationException($"No such reason as {exchange.Stopped}."),
    };

    private static Outcome Fail(Exchange exchange, DynoConnection connection, bool touched, RouterError seen)
    {
        var mayRetry = !touched && exchange.Stopped == StopReason.None && !exchange.HasBody && IsIdempotent(exchange.Request.Method);
        return new(Blame(exchange, seen), mayRetry, connection.IsReused);
    }

    public static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE";

    /// <summary>True when there is a whole head (parsed and consumed, or with its error), or bytes that no more bytes can make one.</summary>
    private bool TryParseHead(DynoConnection connection, ref int searched, out RouterError? error)
    {
        error = null;
        var received = connection.Received.Span;
        var end = received[searched..].IndexOf("\r\n\r\n"u8);
        if (end >= 0)
        {
            var length = searched + end + 4;
            error = length > options.ResponseHeadLimit ? RouterErrors.OversizedHeader : connection.Head.Parse(received[..length]);
            connection.Consume(length);
            return true;
        }

        searched = Math.Max(0, received.Length - 3);
        var start = "HTTP/1."u8;
        var compared = Math.Min(start.Length, received.Length);
        var lineFeed = received.IndexOf((byte)'\n');
        if (!received[..compared].SequenceEqual(start[..compared]) || lineFeed == 0 || (lineFeed > 0 && received[lineFeed - 1] != '\r'))
            error = RouterErrors.BadResponse;
        return error is not null;
    }

    private BodyInFlight StartBody(Exchange exchange, DynoConnection connection, bool isChunked, bool expectsContinue)
    {
        if (!expectsContinue)
            return new(pump.RunAsync(exchange, connection, exchange.RequestBody, isChunked), null);
        var mayContinue = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(RunWhenContinuedAsync(exchange, connection, isChunked, mayContinue), mayContinue);
    }

    /// <summary>The dyno decides whether it wants the body. One that does not know the question gets it after a while, as clients do too.</summary>
    private async Task<bool> RunWhenContinuedAsync(Exchange exchange, DynoConnection connection, bool isChunked, TaskCompletionSource<bool> mayContinue)
    {
        using (time.CreateTimer(static signal => ((TaskCompletionSource<bool>)signal!).TrySetResult(true), mayContinue, options.ContinueTimeout, Timeout.InfiniteTimeSpan))
        {
            if (!await mayContinue.Task)
                return false;
        }

        return await pump.RunAsync(exchange, connection, exchange.RequestBody, isChunked);
    }

    private readonly record struct BodyInFlight(Task<bool>? Task, TaskCompletionSource<bool>? Continue);
}
