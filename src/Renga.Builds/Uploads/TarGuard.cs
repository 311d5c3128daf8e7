using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Renga.Builds.Output;
using Renga.Model;

namespace Renga.Builds.Uploads;

/// <summary>
/// Stands between a hostile archive and the tar reader, and looks at each header before it does: the reader keeps the headers that describe the next entry in memory, however
/// large the archive says they are. It also counts: an archive that unpacks to more than the limit ends here. A refusal travels as <see cref="RefusedArchiveException"/>.
/// </summary>
internal sealed partial class TarGuard(Stream inner, long maxBytes) : Stream
{
    private const int BlockBytes = 512;
    private const int SizeOffset = 124;
    private const int SizeBytes = 12;
    private const int KindOffset = 156;

    /// <summary>Names and links are at most 4 KB each; some writers add times and owners.</summary>
    private const int MaxDescription = 64 * 1024;

    private readonly byte[] _header = new byte[BlockBytes];
    private readonly MemoryStream _description = new();
    private int _inHeader;
    private long _data;
    private bool _describes;
    private long _total;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Look(buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Look(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _description.Dispose();
        }

        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Look(ReadOnlySpan<byte> bytes)
    {
        if ((_total += bytes.Length) > maxBytes)
            throw Refuse($"The archive unpacks to more than {ByteSize.Format(maxBytes)}.");
        while (bytes.Length > 0)
        {
            if (_data > 0)
            {
                var part = (int)Math.Min(_data, bytes.Length);
                if (_describes)
                    _description.Write(bytes[..part]);
                bytes = bytes[part..];
                if ((_data -= part) == 0 && _describes)
                    CheckDescription();
                continue;
            }

            var taken = Math.Min(BlockBytes - _inHeader, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_inHeader));
            bytes = bytes[taken..];
            if ((_inHeader += taken) == BlockBytes)
            {
                _inHeader = 0;
                CheckHeader();
            }
        }
    }

    private void CheckHeader()
    {
        var kind = (char)_header[KindOffset];
        var size = Size(_header.AsSpan(SizeOffset, SizeBytes));
        _describes = kind is 'x' or 'g' or 'L' or 'K';
        if (_describes && size > MaxDescription)
            throw Refuse("The archive has a name or a list of attributes of more than 64 KB.");
        _description.SetLength(0);

        // Links and folders have no data, whatever they say.
        _data = kind is '1' or '2' or '3' or '4' or '5' or '6' ? 0 : (size + BlockBytes - 1) / BlockBytes * BlockBytes;
    }

    /// <summary>An attribute that changes the size of the entry would let data pass for headers. Only files above 8 GB need it.</summary>
    private void CheckDescription()
    {
        _describes = false;
        if (SizeAttribute().IsMatch(Encoding.Latin1.GetString(_description.GetBuffer(), 0, (int)_description.Length)))
            throw Refuse("The archive has a file with a size attribute, which only files above 8 GB need.");
    }

    private static long Size(ReadOnlySpan<byte> field)
    {
        // Numbers too large for octal digits are in binary, marked by the first bit.
        if ((field[0] & 0x80) != 0)
        {
            var value = BinaryPrimitives.ReadInt64BigEndian(field[4..]);
            return value is >= 0 and <= long.MaxValue / 2 ? value : throw Refuse("The archive is broken: a header has no sound size.");
        }

        var text = Encoding.Latin1.GetString(field).Trim('\0', ' ');
        long size = 0;
        foreach (var digit in text)
            size = digit is >= '0' and <= '7' ? (size * 8) + (digit - '0') : throw Refuse("The archive is broken: a header has no sound size.");
        return size;
    }

    // A line of attributes is a length, the name and the value.
    [GeneratedRegex(@"(\A|\n)[^\n ]* size=", RegexOptions.CultureInvariant)]
    private static partial Regex SizeAttribute();

    private static RefusedArchiveException Refuse(string message) => new(Refusal.Invalid(message));
}

/// <summary>Carries a refusal through a reader that knows none.</summary>
internal sealed class RefusedArchiveException(Refusal refusal) : IOException(refusal.Message)
{
    public Refusal Refusal => refusal;
}
