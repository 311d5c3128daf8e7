using System.Net.Sockets;
using Renga.Model.Logs;

namespace Renga.Server.Sockets;

/// <summary>
/// In a process that runs only the router: hands its lines to the process that has the log fabric, one datagram a line.
/// Never blocks: when the other side is away or behind, lines are dropped, counted, and the count is said with the next line that gets through.
/// </summary>
internal sealed class LogSocketWriter(string path, TimeProvider time) : ILogWriter, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly UnixDomainSocketEndPoint _peer = new(path);
    private readonly Lock _gate = new();
    private readonly byte[] _buffer = new byte[LogSocket.MaxDatagram];
    private int _dropped;
    private DateTimeOffset _droppedSince;

    public void Write(Guid appId, in LogLine line)
    {
        lock (_gate)
        {
            if (_dropped > 0)
            {
                var notice = new LogLine(line.Time, LogSource.Heroku, LogSource.Router, $"Error L13 (Local delivery error) -> {_dropped} messages lost since {_droppedSince:yyyy-MM-ddTHH:mm:ss.ffffffzzz}.");
                if (!TrySend(appId, notice))
                {
                    _dropped++;
                    return;
                }

                _dropped = 0;
            }

            if (!TrySend(appId, line) && _dropped++ == 0)
                _droppedSince = time.GetUtcNow();
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool TrySend(Guid appId, in LogLine line)
    {
        try
        {
            _socket.SendTo(_buffer.AsSpan(0, LogSocket.Write(_buffer, appId, line)), _peer);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
