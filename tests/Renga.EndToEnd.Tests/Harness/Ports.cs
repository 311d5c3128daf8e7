using System.Net;
using System.Net.Sockets;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>Five free ports in a row: three of the API, then SSH and the router. Below the range that the kernel gives to clients, so they stay free.</summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static int _next = First + Environment.ProcessId * 40 % (Last - First);

    public static int FindFive()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var start = First + (Interlocked.Add(ref _next, 5) - First) % (Last - First);
            if (Enumerable.Range(start, 5).All(IsFree))
                return start;
        }

        throw new InvalidOperationException("No five free ports in a row.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
