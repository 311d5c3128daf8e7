namespace Renga.Model;

/// <summary>
/// The one source of identifiers: version 7 UUIDs that sort in the order in which this process made them. Within a millisecond a counter
/// keeps the order (RFC 9562, section 6.2, method 1), so that two things made together are listed as they were made.
/// </summary>
public sealed class Ids(TimeProvider time)
{
    private const int MaxCounter = 0xFFF;

    private readonly Lock _gate = new();
    private long _last;
    private int _counter;

    public Guid New()
    {
        var (milliseconds, counter) = Next();
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] = (byte)(0x70 | (counter >> 8));
        bytes[7] = (byte)counter;
        return new Guid(bytes, bigEndian: true);
    }

    private (long Milliseconds, int Counter) Next()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            // A clock that stands or steps back must not break the order; a full counter borrows the next millisecond.
            if (now > _last)
                (_last, _counter) = (now, 0);
            else if (_counter < MaxCounter)
                _counter++;
            else
                (_last, _counter) = (_last + 1, 0);
            return (_last, _counter);
        }
    }
}
