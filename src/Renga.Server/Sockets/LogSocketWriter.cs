using System.Net.Sockets;
using System.Text;
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

/// <summary>The datagram: app id, ticks, then source, process and text, zero-separated.</summary>
internal static class LogSocket
{
    public const int MaxDatagram = 16 * 1024;

    private const int HeadLength = 16 + sizeof(long);

    public static int Write(Span<byte> buffer, Guid appId, in LogLine line)
    {
        appId.TryWriteBytes(buffer);
        BitConverter.TryWriteBytes(buffer[16..], line.Time.UtcTicks);
        var length = HeadLength;
        length += Encoding.UTF8.GetBytes(line.Source, buffer[length..]);
        buffer[length++] = 0;
        length += Encoding.UTF8.GetBytes(line.Process, buffer[length..]);
        buffer[length++] = 0;
        Encoding.UTF8.TryGetBytes(line.Text, buffer[length..], out var written);
        return length + written;
    }

    public static (Guid AppId, LogLine Line)? Read(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < HeadLength)
            return null;
        var appId = new Guid(datagram[..16]);
        var time = new DateTimeOffset(BitConverter.ToInt64(datagram[16..]), TimeSpan.Zero);
        var rest = datagram[HeadLength..];
        var first = rest.IndexOf((byte)0);
        var second = first < 0 ? -1 : rest[(first + 1)..].IndexOf((byte)0);
        if (second < 0)
            return null;
        second += first + 1;
        return (appId, new LogLine(time, Encoding.UTF8.GetString(rest[..first]), Encoding.UTF8.GetString(rest[(first + 1)..second]), Encoding.UTF8.GetString(rest[(second + 1)..])));
    }
}
