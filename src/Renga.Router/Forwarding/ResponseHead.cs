using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Renga.Router.Failures;

namespace Renga.Router.Forwarding;

/// <summary>
/// The head of a dyno's response, parsed strictly: CRLF only, no folding, no space before the colon, a reason phrase (it may be empty, its space may not
/// be missing). One per connection and reused: a dyno repeats most of its headers, and a repeated header costs no string.
/// </summary>
internal sealed class ResponseHead
{
    /// <summary>Bytes of the status line, and of one Set-Cookie line.</summary>
    private const int LineLimit = 8192;

    /// <summary>Longer values are not kept for the next response.</summary>
    private const int RememberLimit = 512;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private Header[] _headers = new Header[16];
    private int _count;

    public int Status { get; private set; }

    /// <summary>Null when it is the usual one.</summary>
    public string? Reason { get; private set; }
    public ReadOnlySpan<Header> Headers => _headers.AsSpan(0, _count);

    /// <summary>Null when the dyno did not say.</summary>
    public long? ContentLength { get; private set; }
    public bool IsChunked { get; private set; }
    public bool IsEventStream { get; private set; }

    /// <summary>The dyno will take another request on this connection.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Names that the Connection header makes hop-by-hop; null when only the usual words are there.</summary>
    public string? ConnectionNames { get; private set; }

    /// <summary>The body's framing when the request and status allow one: neither length nor chunks means that it ends with the connection.</summary>
    public bool EndsWithConnection => ContentLength is null && !IsChunked;

    /// <summary>Parses a whole head, up to and including the empty line. Null when it is well-formed.</summary>
    public RouterError? Parse(ReadOnlySpan<byte> head)
    {
        _count = 0;
        Reason = null;
        ContentLength = null;
        IsChunked = IsEventStream = false;
        ConnectionNames = null;

        var end = head.IndexOf("\r\n"u8);
        if (end > LineLimit)
            return RouterErrors.OversizedStatusLine;
        if (!ParseStatusLine(head[..end]))
            return RouterErrors.BadResponse;
        head = head[(end + 2)..];
        while (true)
        {
            end = head.IndexOf((byte)'\r');
            if (end < 0 || head[end + 1] != '\n')
                return RouterErrors.BadResponse;
            if (end == 0)
                break;
            if (ParseHeader(head[..end]) is { } error)
                return error;
            head = head[(end + 2)..];
        }

        // Both would be an invitation to disagree about where the body ends: chunks win, and the connection is not used again.
        if (IsChunked && ContentLength is not null)
        {
            ContentLength = null;
            KeepsAlive = false;
        }

        return null;
    }

    private bool ParseStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 13 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ' || line[12] != ' ')
            return false;
        if (!Utf8Parser.TryParse(line[9..12], out int status, out var digits) || digits != 3 || status < 100)
            return false;
        Status = status;
        KeepsAlive = line[7] == '1';
        var reason = line[13..];
        if (reason.ContainsAny(ControlBytes))
            return false;
        if (!Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(status)))
            Reason = Encoding.Latin1.GetString(reason);
        return true;
    }

    private RouterError? ParseHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(NameBytes))
            return RouterErrors.BadResponse;
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (value.ContainsAny(ControlBytes))
            return RouterErrors.BadResponse;

        if (_count == _headers.Length)
            Array.Resize(ref _headers, _headers.Length * 2);
        ref var header = ref _headers[_count++];
        header.Remember(line[..colon], value);
        return header.Kind switch
        {
            HeaderKind.ContentLength => ParseContentLength(value),
            HeaderKind.TransferEncoding => ParseTransferEncoding(header.Value),
            HeaderKind.Connection => ParseConnection(header.Value),
            HeaderKind.SetCookie when line.Length > LineLimit => RouterErrors.OversizedCookie,
            HeaderKind.ContentType => ParseContentType(header.Value),
            _ => null,
        };
    }

    private RouterError? ParseContentLength(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > 18 || !Utf8Parser.TryParse(value, out long length, out var digits) || digits != value.Length || !char.IsAsciiDigit((char)value[0]))
            return RouterErrors.BadContentLength;
        if (ContentLength is { } other && other != length)
            return RouterErrors.BadContentLength;
        ContentLength = length;
        return null;
    }

    private RouterError? ParseTransferEncoding(string value)
    {
        if (IsChunked || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            return RouterErrors.BadResponse;
        IsChunked = true;
        return null;
    }

    private RouterError? ParseConnection(string value)
    {
        foreach (var part in value.AsSpan().Split(','))
        {
            var word = value.AsSpan(part).Trim();
            if (word.Equals("close", StringComparison.OrdinalIgnoreCase))
                KeepsAlive = false;
            else if (word.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
                KeepsAlive = true;
            else if (!word.Equals("upgrade", StringComparison.OrdinalIgnoreCase))
                ConnectionNames = ConnectionNames is null ? value : $"{ConnectionNames},{value}";
        }

        return null;
    }

    private RouterError? ParseContentType(string value)
    {
        IsEventStream = value.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        return null;
    }

    /// <summary>A header, kept in its place for the next response.</summary>
    internal struct Header
    {
        private string? _name;
        private string? _value;

        public readonly string Name => _name!;
        public readonly string Value => _value!;
        public HeaderKind Kind { get; private set; }

        public void Remember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (_name is null || !Ascii.Equals(name, _name))
            {
                _name = Encoding.ASCII.GetString(name);
                Kind = HeaderKinds.Of(_name);
            }

            if (_value is null || !Ascii.Equals(value, _value))
                _value = Encoding.Latin1.GetString(value);
        }

        public void ForgetIfLong()
        {
            if (_value is { Length: > RememberLimit })
                _value = null;
        }
    }

    /// <summary>The response was passed on: lets go of what is too long to keep.</summary>
    public void Forget()
    {
        foreach (ref var header in _headers.AsSpan(0, _count))
            header.ForgetIfLong();
        if (_headers.Length > 128)
            _headers = new Header[16];
        _count = 0;
    }
}
