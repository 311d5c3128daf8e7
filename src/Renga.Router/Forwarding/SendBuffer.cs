using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Renga.Router.Forwarding;

/// <summary>A rented buffer that a request is written into before it is sent. Dispose gives it back.</summary>
internal struct SendBuffer(int size) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);
    private int _length;

    public readonly ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Free bytes without growing.</summary>
    public readonly int Room => _bytes.Length - _length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Adds text as Latin-1, which is how Kestrel was told to read it: every byte comes out as it came in.</summary>
    public void Add(string text)
    {
        Ensure(text.Length);
        _length += Encoding.Latin1.GetBytes(text, _bytes.AsSpan(_length));
    }

    public void Add(long number)
    {
        Ensure(20);
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    /// <summary>A chunk's size line.</summary>
    public void AddChunkSize(long size)
    {
        Ensure(20);
        Utf8Formatter.TryFormat(size, _bytes.AsSpan(_length), out var written, new StandardFormat('x'));
        _length += written;
        Add("\r\n"u8);
    }

    public void Add(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
            Add(segment.Span);
    }

    public void Clear() => _length = 0;

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Ensure(int more)
    {
        if (Room >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + more));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
