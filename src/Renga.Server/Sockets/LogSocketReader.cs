using System.Net.Sockets;
using Renga.Model.Logs;

namespace Renga.Server.Sockets;

/// <summary>On the control side: takes the lines of a router that runs apart and puts them into the log fabric.</summary>
internal sealed class LogSocketReader(string path, ILogWriter logs) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        File.Delete(path);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.ReceiveBufferSize = 1024 * 1024;
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var buffer = new byte[LogSocket.MaxDatagram];
        while (!stoppingToken.IsCancellationRequested)
        {
            var length = await socket.ReceiveAsync(buffer, stoppingToken);
            if (LogSocket.Read(buffer.AsSpan(0, length)) is { } received)
                logs.Write(received.AppId, received.Line);
        }
    }
}
