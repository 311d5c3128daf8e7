using System.Net.Sockets;
using Renga.Router.Failures;
using Renga.Router.Forwarding;
using Renga.Router.Pipeline;

namespace Renga.Router.Dynos;

/// <summary>A connection to a dyno: one that is idle, or a new one.</summary>
internal sealed class DynoConnector(RouterOptions options, TimeProvider time)
{
    /// <summary>How many dynos are tried for one request.</summary>
    public int Tries => options.ConnectTries;

    /// <summary>An idle connection that this request may use; null when it needs a new one.</summary>
    public static DynoConnection? TakeIdle(Exchange exchange, DynoState dyno)
    {
        if (exchange.NeedsNewConnection)
            return null;
        var canRepeat = !exchange.HasBody && Forwarder.IsIdempotent(exchange.Request.Method);
        while (dyno.TakeIdle(mustBeFresh: !canRepeat) is { } connection)
        {
            if (canRepeat || connection.IsUsable())
                return connection;
            connection.Dispose();
        }

        return null;
    }

    /// <summary>A new connection, or how it failed.</summary>
    public async Task<(DynoConnection? Connection, RouterError? Error)> ConnectAsync(Exchange exchange, DynoState dyno)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, exchange.ClientGone);
        try
        {
            await socket.ConnectAsync(dyno.Endpoint.Address, either.Token);
            return (new DynoConnection(socket), null);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            return (null, limit.IsCancellationRequested ? RouterErrors.ConnectTimeout : RouterErrors.ClientInterrupted);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return (null, e.SocketErrorCode is SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable
                ? RouterErrors.ConnectTimeout : RouterErrors.ConnectRefused);
        }
    }
}
