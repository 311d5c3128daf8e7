using System.Buffers;
using System.Text;

namespace Renga.Dynos.Running;

/// <summary>
/// Makes lines of the pieces of one stream. Holds at most one line of the limit; a longer one is split there, but not inside a character.
/// Bytes that are no UTF-8 become U+FFFD.
/// </summary>
internal sealed class LineAssembler(int maxBytes)
{
    private readonly ArrayBufferWriter<byte> _pending = new();

    /// <summary>A line has begun and not ended.</summary>
    public bool HasPart => _pending.WrittenCount > 0;

    public void Add(ReadOnlySpan<byte> bytes, bool endsLine, Action<string> emit)
    {
        if (endsLine)
            bytes = TrimEnd(bytes);
        while (_pending.WrittenCount + bytes.Length > maxBytes)
        {
            var room = maxBytes - _pending.WrittenCount;
            _pending.Write(bytes[..room]);
            bytes = bytes[room..];
            var whole = WholeCharacters(_pending.WrittenSpan);
            var rest = _pending.WrittenSpan[whole..].ToArray();
            Emit(_pending.WrittenSpan[..whole], emit);
            _pending.ResetWrittenCount();
            _pending.Write(rest);
        }

        if (endsLine && !HasPart)
        {
            Emit(bytes, emit);
            return;
        }

        _pending.Write(bytes);
        if (endsLine)
            Flush(emit);
    }

    /// <summary>Emits what there is of a line that will not go on.</summary>
    public void Flush(Action<string> emit)
    {
        if (!HasPart)
            return;
        Emit(_pending.WrittenSpan, emit);
        _pending.ResetWrittenCount();
    }

    private static void Emit(ReadOnlySpan<byte> line, Action<string> emit) => emit(Encoding.UTF8.GetString(line));

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> line)
    {
        if (line is [.., (byte)'\n'])
            line = line[..^1];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    /// <summary>How many bytes there are without a character that is cut off at the end.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3 && back < bytes.Length; back++)
        {
            var b = bytes[^back];
            if ((b & 0xC0) == 0x80)
                continue;
            var length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
            return length > back ? bytes.Length - back : bytes.Length;
        }

        return bytes.Length;
    }
}
