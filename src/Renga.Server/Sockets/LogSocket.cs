using System.Text;
using System.Text.Unicode;
using Renga.Model.Logs;

namespace Renga.Server.Sockets;

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
        // What does not fit is cut, between characters.
        Utf8.FromUtf16(line.Text, buffer[length..], out _, out var written);
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
