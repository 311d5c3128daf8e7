using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Renga.Router.Dynos;
using Renga.Router.Pipeline;

namespace Renga.Router.Forwarding;

/// <summary>Streams a request body to the dyno as it comes, one buffer at a time, while the response may already be coming back.</summary>
internal sealed class RequestBodyPump(Deadlines deadlines, RouterOptions options)
{
    private const int BufferSize = 32 * 1024;
    private readonly long _idle = deadlines.Measure(options.IdleTimeout);
    private readonly long _firstByte = deadlines.Measure(options.FirstByteTimeout);

    /// <summary>Runs until the body was sent whole (true), or the client, the dyno or the end of the response stopped it (false). Does not throw.</summary>
    public async Task<bool> RunAsync(Exchange exchange, DynoConnection connection, PipeReader body, bool isChunked)
    {
        var buffer = new SendBuffer(BufferSize);
        try
        {
            while (true)
            {
                exchange.ClientIsToSend(deadlines.In(_idle));
                var result = await body.ReadAsync(CancellationToken.None);
                if (result.IsCanceled)
                {
                    body.AdvanceTo(result.Buffer.Start);
                    return false;
                }

                var taken = Fill(ref buffer, result, isChunked, out var isEnd);
                body.AdvanceTo(taken);
                exchange.DynoIsToTake(deadlines.In(_idle));
                await connection.SendAsync(buffer.Written);
                if (isEnd)
                    break;
            }

            exchange.DynoIsToAnswer(deadlines.In(_firstByte));
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The dyno reads no more. It may have answered already: what it sent decides.
            return false;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            exchange.Stop(IsBadBody(e) ? StopReason.BadBody : StopReason.ClientGone);
            return false;
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Ends a pump that waits for the client.</summary>
    public static void Cancel(PipeReader body)
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client's connection was cut, which ends the pump too.
        }
    }

    /// <summary>Appends what is there of the body if all of it is there and fits, so that a small request is one send.</summary>
    public static bool TryAppendWhole(ref SendBuffer buffer, PipeReader body, bool isChunked)
    {
        if (!body.TryRead(out var result))
            return false;
        if (!result.IsCompleted || result.Buffer.Length + 32 > buffer.Room)
        {
            body.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
            return false;
        }

        AddPiece(ref buffer, result.Buffer, isChunked, isEnd: true);
        body.AdvanceTo(result.Buffer.End);
        return true;
    }

    /// <summary>Kestrel reports a body that breaks the rules and one that the client broke off with the same type and status; only the message differs.</summary>
    private static bool IsBadBody(Exception e) => e is BadHttpRequestException && !e.Message.StartsWith("Unexpected end of request content", StringComparison.Ordinal);

    private static SequencePosition Fill(ref SendBuffer buffer, ReadResult result, bool isChunked, out bool isEnd)
    {
        buffer.Clear();
        var piece = result.Buffer;
        if (piece.Length > BufferSize - 64)
            piece = piece.Slice(0, BufferSize - 64);
        isEnd = result.IsCompleted && piece.Length == result.Buffer.Length;
        AddPiece(ref buffer, piece, isChunked, isEnd);
        return piece.End;
    }

    private static void AddPiece(ref SendBuffer buffer, in ReadOnlySequence<byte> piece, bool isChunked, bool isEnd)
    {
        if (isChunked && !piece.IsEmpty)
        {
            buffer.AddChunkSize(piece.Length);
            buffer.Add(piece);
            buffer.Add("\r\n"u8);
        }
        else
        {
            buffer.Add(piece);
        }

        if (isChunked && isEnd)
            buffer.Add("0\r\n\r\n"u8);
    }
}
