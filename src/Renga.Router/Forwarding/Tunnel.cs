using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Renga.Router.Dynos;
using Renga.Router.Failures;
using Renga.Router.Pipeline;

namespace Renga.Router.Forwarding;

/// <summary>After 101: bytes both ways until both sides have closed, or nothing moved for the idle timeout (H15).</summary>
internal sealed class Tunnel(Deadlines deadlines, RouterOptions options)
{
    private const int BufferSize = 8 * 1024;
    private readonly long _idle = deadlines.Measure(options.IdleTimeout);

    /// <summary>Null when it ended as it should.</summary>
    public async Task<RouterError?> RunAsync(Exchange exchange, DynoConnection connection)
    {
        RequestPipeline.EndWork(exchange);
        exchange.AllowHalfClose();
        ResponseCopier.CopyHead(exchange, connection.Head);
        var client = await exchange.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        var fromClient = CopyFromClientAsync(exchange, client, connection);
        await CopyFromDynoAsync(exchange, client, connection);

        // The dyno has closed: there is nothing more to say to the client, and nobody to listen to it.
        await client.DisposeAsync();
        exchange.AbortClient();
        await fromClient;
        return exchange.Stopped == StopReason.DynoIdle ? RouterErrors.IdleConnection : null;
    }

    private async Task CopyFromClientAsync(Exchange exchange, Stream client, DynoConnection connection)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await client.ReadAsync(buffer)) > 0)
            {
                exchange.DynoIsToSend(deadlines.In(_idle));
                await connection.SendAsync(buffer.AsMemory(0, count));
            }

            connection.ShutdownSend();
        }
        catch (Exception e) when (IsEnd(e))
        {
            connection.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CopyFromDynoAsync(Exchange exchange, Stream client, DynoConnection connection)
    {
        try
        {
            do
            {
                var piece = connection.Received;
                if (piece.IsEmpty)
                    continue;
                exchange.DynoIsToSend(deadlines.In(_idle));
                exchange.BytesSent += piece.Length;
                await client.WriteAsync(piece);
                await client.FlushAsync();
                connection.Consume(piece.Length);
            }
            while (await connection.ReceiveAsync() > 0);
        }
        catch (Exception e) when (IsEnd(e))
        {
            connection.Abort();
        }
    }

    private static bool IsEnd(Exception e) => e is SocketException or ObjectDisposedException or IOException or ConnectionAbortedException or OperationCanceledException;
}
