using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Renga.LoadTest;

/// <summary>As little as can answer HTTP: 1 KiB for every request head on every connection. It must never be what is measured.</summary>
internal static class Backend
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n{new string('x', 1024)}");

    public static async Task<int> RunAsync(int port, CancellationToken ct)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(1024);
        while (true)
        {
            var socket = await listener.AcceptAsync(ct);
            socket.NoDelay = true;
            _ = AnswerAsync(socket, ct);
        }
    }

    private static async Task AnswerAsync(Socket socket, CancellationToken ct)
    {
        using (socket)
        {
            var buffer = new byte[16 * 1024];
            var length = 0;
            try
            {
                while (true)
                {
                    var count = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
                    if (count == 0)
                        return;
                    length += count;
                    int end;
                    while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) >= 0)
                    {
                        buffer.AsSpan(end + 4, length - end - 4).CopyTo(buffer);
                        length -= end + 4;
                        await socket.SendAsync(Answer, ct);
                    }
                }
            }
            catch (SocketException)
            {
                // The proxy is being stopped.
            }
        }
    }
}
