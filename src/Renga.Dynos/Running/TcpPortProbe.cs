using System.Net;
using System.Net.Sockets;

namespace Renga.Dynos.Running;

/// <summary>Connects and hangs up in order: many servers complain in their log about a reset.</summary>
internal sealed class TcpPortProbe(TimeProvider time) : IPortProbe
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(1);

    public async Task<bool> AcceptsAsync(IPEndPoint endpoint, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, both.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
