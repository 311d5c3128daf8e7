namespace Renga.Router.Forwarding;

/// <summary>
/// Takes the chunks apart that a dyno sends, across any cut of the bytes. Strict where disagreement would be dangerous: sizes are plain hex of at most
/// 15 digits, every line ends with CRLF. Extensions and trailers are bounded and dropped: HTTP/1.1 clients of this server cannot be sent any.
/// </summary>
internal struct ChunkReader
{
    /// <summary>Bytes of a chunk line's extension, and of all trailers.</summary>
    private const int ExtraLimit = 8192;

    private State _state;
    private long _left;
    private int _digits;
    private int _extra;
    private bool _trailerLineIsEmpty;

    private enum State
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        Trailer,
        TrailerLineFeed,
        End,
        Bad,
    }

    public readonly bool IsEnd => _state == State.End;

    public readonly bool IsBad => _state == State.Bad;

    /// <summary>Reads on: returns the next piece of data (empty when there is none yet), and how many bytes were used, that piece included.</summary>
    public ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> bytes, out int used)
    {
        var span = bytes.Span;
        used = 0;
        while (used < span.Length)
        {
            switch (_state)
            {
                case State.Data:
                    var length = (int)Math.Min(_left, span.Length - used);
                    var data = bytes.Slice(used, length);
                    used += length;
                    _left -= length;
                    if (_left == 0)
                        _state = State.DataCarriageReturn;
                    return data;
                case State.End or State.Bad:
                    return default;
                default:
                    _state = Next(span[used++]);
                    break;
            }
        }

        return default;
    }

    private State Next(byte b)
    {
        switch (_state)
        {
            case State.Size:
                return Size(b);
            case State.Extension:
                return b == '\r' ? State.SizeLineFeed : b is (byte)'\n' or 0 || ++_extra > ExtraLimit ? State.Bad : State.Extension;
            case State.SizeLineFeed when b == '\n':
                _trailerLineIsEmpty = true;
                return _left > 0 ? State.Data : State.Trailer;
            case State.DataCarriageReturn when b == '\r':
                return State.DataLineFeed;
            case State.DataLineFeed when b == '\n':
                _digits = _extra = 0;
                return State.Size;
            case State.Trailer when b == '\r':
                return State.TrailerLineFeed;
            case State.Trailer when b is not ((byte)'\n' or 0) && ++_extra <= ExtraLimit:
                _trailerLineIsEmpty = false;
                return State.Trailer;
            case State.TrailerLineFeed when b == '\n':
                if (_trailerLineIsEmpty)
                    return State.End;
                _trailerLineIsEmpty = true;
                return State.Trailer;
            default:
                return State.Bad;
        }
    }

    private State Size(byte b)
    {
        var digit = b switch
        {
            >= (byte)'0' and <= (byte)'9' => b - '0',
            >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
            _ => -1,
        };
        if (digit >= 0)
        {
            if (++_digits > 15)
                return State.Bad;
            _left = (_left << 4) | (uint)digit;
            return State.Size;
        }

        if (_digits == 0)
            return State.Bad;
        return b switch
        {
            (byte)'\r' => State.SizeLineFeed,
            (byte)';' or (byte)' ' or (byte)'\t' => State.Extension,
            _ => State.Bad,
        };
    }
}
