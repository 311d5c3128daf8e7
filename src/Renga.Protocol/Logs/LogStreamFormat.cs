using System.Buffers;
using System.Globalization;
using System.Text;

namespace Renga.Protocol.Logs;

/// <summary>The two ways in which a log session is read: server-sent events (today's command line) and plain lines (older ones, and people).</summary>
public abstract class LogStreamFormat
{
    public static LogStreamFormat Events { get; } = new EventFormat();

    public static LogStreamFormat Lines { get; } = new LineFormat();

    public abstract string ContentType { get; }

    /// <summary>What comes before the first line.</summary>
    /// <param name="ends">The stream ends by itself. Its reader should then not wait three seconds to find that out: <c>retry: 10</c>.</param>
    public abstract void WriteStart(IBufferWriter<byte> output, bool ends);

    /// <param name="id">Position of the line in its channel; null for a line that only this session gets.</param>
    /// <param name="line">One line without its ending, made by <see cref="LogText"/>.</param>
    public abstract void WriteLine(IBufferWriter<byte> output, long? id, ReadOnlySpan<byte> line);

    /// <summary>Something that readers ignore, to keep the connection open; false when the format has no such thing.</summary>
    public abstract bool WriteKeepAlive(IBufferWriter<byte> output);

    private sealed class EventFormat : LogStreamFormat
    {
        public override string ContentType => "text/event-stream";

        public override void WriteStart(IBufferWriter<byte> output, bool ends)
        {
            if (ends)
                output.Write("retry: 10\n\n"u8);
        }

        public override void WriteLine(IBufferWriter<byte> output, long? id, ReadOnlySpan<byte> line)
        {
            if (id is { } position)
            {
                output.Write("id: "u8);
                Span<byte> digits = stackalloc byte[20];
                position.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
                output.Write(digits[..length]);
                output.Write("\n"u8);
            }

            output.Write("data: "u8);
            output.Write(line);
            output.Write("\n\n"u8);
        }

        public override bool WriteKeepAlive(IBufferWriter<byte> output)
        {
            output.Write(":\n\n"u8);
            return true;
        }
    }

    private sealed class LineFormat : LogStreamFormat
    {
        public override string ContentType => $"text/plain; charset={Encoding.UTF8.WebName}";

        public override void WriteStart(IBufferWriter<byte> output, bool ends)
        {
            // Plain text starts with its first line.
        }

        public override void WriteLine(IBufferWriter<byte> output, long? id, ReadOnlySpan<byte> line)
        {
            output.Write(line);
            output.Write("\n"u8);
        }

        public override bool WriteKeepAlive(IBufferWriter<byte> output) => false;
    }
}
