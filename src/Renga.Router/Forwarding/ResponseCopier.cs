using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;
using Renga.Router.Dynos;
using Renga.Router.Failures;
using Renga.Router.Pipeline;

namespace Renga.Router.Forwarding;

/// <summary>Passes a response on to the client: the head at once, the body as it comes. Nothing is held back to fill a buffer.</summary>
internal sealed class ResponseCopier(Deadlines deadlines, RouterOptions options)
{
    private readonly long _idle = deadlines.Measure(options.IdleTimeout);

    /// <summary>Null when the whole response was passed on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RouterError?> CopyAsync(Exchange exchange, DynoConnection connection)
    {
        var head = connection.Head;
        CopyHead(exchange, head);
        if (!HasBody(exchange, head) || head.ContentLength == 0)
            return null;
        if (connection.Received.IsEmpty)
            await FlushAsync(exchange);
        return head.IsChunked ? await CopyChunksAsync(exchange, connection)
            : head.ContentLength is { } length ? await CopyLengthAsync(exchange, connection, length)
            : await CopyToEndAsync(exchange, connection);
    }

    /// <summary>Whether a body follows this head, whatever it says about length.</summary>
    public static bool HasBody(Exchange exchange, ResponseHead head) => exchange.Request.Method != "HEAD" && head.Status is not (204 or 205 or 304);

    /// <summary>The head as the client gets it.</summary>
    public static void CopyHead(Exchange exchange, ResponseHead head)
    {
        var response = exchange.Response;
        var to = response.Headers;
        response.StatusCode = head.Status;
        if (head.Reason is not null)
            response.ReasonPhrase = head.Reason;
        var hasServer = false;
        foreach (ref readonly var header in head.Headers)
        {
            switch (header.Kind)
            {
                case HeaderKind.HopByHop or HeaderKind.Connection or HeaderKind.TransferEncoding or HeaderKind.ContentLength:
                case HeaderKind.Upgrade when head.Status != 101:
                    continue;
                case HeaderKind.Server:
                    hasServer = true;
                    break;
                default:
                    if (head.ConnectionNames is not null && ConnectionNames.Contains(head.ConnectionNames, header.Name))
                        continue;
                    break;
            }

            to[header.Name] = to.TryGetValue(header.Name, out var earlier) ? StringValues.Concat(earlier, header.Value) : header.Value;
        }

        if (!hasServer)
            to.Server = "Renga";
        to.Via = to.Via.Count == 0 ? "1.1 renga" : $"{to.Via}, 1.1 renga";
        if (head.ContentLength is { } length && head.Status is not (204 or 205 or 101))
            to.ContentLength = length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RouterError?> CopyLengthAsync(Exchange exchange, DynoConnection connection, long left)
    {
        while (true)
        {
            var piece = connection.Received;
            if (piece.Length > left)
                piece = piece[..(int)left];
            if (!piece.IsEmpty)
            {
                await WriteAsync(exchange, piece);
                connection.Consume(piece.Length);
                left -= piece.Length;
            }

            if (left == 0)
                return null;
            if (await connection.ReceiveAsync() == 0)
                return RouterErrors.ServerInterrupted;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RouterError?> CopyChunksAsync(Exchange exchange, DynoConnection connection)
    {
        var chunks = new ChunkReader();
        while (true)
        {
            var written = 0L;
            while (!connection.Received.IsEmpty && !chunks.IsEnd && !chunks.IsBad)
            {
                var piece = chunks.Read(connection.Received, out var used);
                Write(exchange.ResponseBody.Writer, piece.Span);
                connection.Consume(used);
                written += piece.Length;
            }

            exchange.BytesSent += written;
            if (chunks.IsEnd)
            {
                await WaitAsync(exchange, exchange.ResponseBody.CompleteAsync());
                return null;
            }

            if (written > 0)
                await FlushAsync(exchange);
            if (chunks.IsBad)
                return RouterErrors.BadResponse;
            if (await connection.ReceiveAsync() == 0)
                return RouterErrors.ServerInterrupted;
        }
    }

    private async ValueTask<RouterError?> CopyToEndAsync(Exchange exchange, DynoConnection connection)
    {
        while (true)
        {
            if (!connection.Received.IsEmpty)
            {
                await WriteAsync(exchange, connection.Received);
                connection.Consume(connection.Received.Length);
            }

            if (await connection.ReceiveAsync() == 0)
                return null;
        }
    }

    /// <summary>Not <c>BuffersExtensions.Write</c>: that asks for a span of any size, and between chunks Kestrel then answers with an empty one.</summary>
    private static void Write(PipeWriter to, ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var count = Math.Min(piece.Length, 2048);
            piece[..count].CopyTo(to.GetSpan(count));
            to.Advance(count);
            piece = piece[count..];
        }
    }

    private ValueTask WriteAsync(Exchange exchange, ReadOnlyMemory<byte> piece)
    {
        exchange.BytesSent += piece.Length;
        return WaitForClientAsync(exchange, exchange.ResponseBody.Writer.WriteAsync(piece));
    }

    private ValueTask FlushAsync(Exchange exchange) => WaitForClientAsync(exchange, exchange.ResponseBody.Writer.FlushAsync());

    /// <summary>Almost always the client took it at once. If not, it is the client's turn, and its time runs.</summary>
    private ValueTask WaitForClientAsync(Exchange exchange, ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompletedSuccessfully)
            return WaitAsync(exchange, flush.AsTask());
        _ = flush.Result;
        exchange.DynoIsToSend(deadlines.In(_idle));
        return ValueTask.CompletedTask;
    }

    private async ValueTask WaitAsync(Exchange exchange, Task flush)
    {
        exchange.ClientIsToTake(deadlines.In(_idle));
        await flush;
        exchange.DynoIsToSend(deadlines.In(_idle));
    }
}
