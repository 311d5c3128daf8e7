using System.Buffers;
using System.Globalization;
using System.Text;

namespace Renga.Protocol.Logs;

/// <summary>
/// The text form of a line, <c>2026-01-02T03:04:05.678901+00:00 app[web.1]: text</c>, as UTF-8 without line ending (spec: protocols.md 2.4).
/// What is written here is always one line: whatever would break it, or its framing on a wire, is made harmless.
/// </summary>
public static class LogText
{
    /// <summary>Bytes of the time, which has a fixed width.</summary>
    public const int TimeLength = 32;

    // ESC stays, since apps colour their output; tab stays.
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Where(static c => c is not ('\t' or 0x1b)).Select(static c => (char)c), '\u2028', '\u2029']);

    private static readonly SearchValues<char> UnsafeInName = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Concat(Enumerable.Range(0x7f, 0x21)).Select(static c => (char)c), '[', ']', '\u2028', '\u2029']);

    /// <summary>The text with line breaks as spaces and other control characters as U+FFFD; line endings at its end are cut.</summary>
    public static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAny(Unsafe) < 0)
            return text;
        var end = text.AsSpan().TrimEnd("\r\n").Length;
        return string.Create(end, text, static (to, from) =>
        {
            from.AsSpan(0, to.Length).CopyTo(to);
            for (int i; (i = to.IndexOfAny(Unsafe)) >= 0; to = to[(i + 1)..])
                to[i] = to[i] is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029' ? ' ' : '\uFFFD';
        });
    }

    /// <summary>A source or process name that cannot be mistaken for another part of the line.</summary>
    public static string CleanName(string name)
    {
        if (name.Length is > 0 and <= 128 && name.AsSpan().IndexOfAny(UnsafeInName) < 0)
            return name;
        var kept = new string([.. name.Take(128).Select(static c => UnsafeInName.Contains(c) ? '_' : c)]);
        return kept.Length > 0 ? kept : "unknown";
    }

    /// <summary><c>TIME SOURCE[PROCESS]: </c>; the names must be clean.</summary>
    public static byte[] Prefix(DateTimeOffset time, string source, string process)
    {
        var names = Encoding.UTF8.GetByteCount(source) + Encoding.UTF8.GetByteCount(process);
        var prefix = new byte[TimeLength + 1 + names + 4];
        FormatTime(time, prefix);
        prefix[TimeLength] = (byte)' ';
        var at = TimeLength + 1;
        at += Encoding.UTF8.GetBytes(source, prefix.AsSpan(at));
        prefix[at++] = (byte)'[';
        at += Encoding.UTF8.GetBytes(process, prefix.AsSpan(at));
        "]: "u8.CopyTo(prefix.AsSpan(at));
        return prefix;
    }

    /// <summary>A time as lines show it: UTC, to the microsecond.</summary>
    public static string Time(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[TimeLength];
        FormatTime(time, bytes);
        return Encoding.ASCII.GetString(bytes);
    }

    /// <summary>Finds source and process in a line; false when it is not one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out DateTimeOffset time, out string source, out string process)
    {
        time = default;
        source = process = "";
        if (line.Length < TimeLength + 1 || line[TimeLength] != ' ')
            return false;
        Span<char> characters = stackalloc char[TimeLength];
        Encoding.Latin1.GetChars(line[..TimeLength], characters);
        if (!DateTimeOffset.TryParseExact(characters, "yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
            return false;
        var rest = line[(TimeLength + 1)..];
        var open = rest.IndexOf((byte)'[');
        var close = rest.IndexOf("]: "u8);
        if (open <= 0 || close <= open + 1)
            return false;
        source = Encoding.UTF8.GetString(rest[..open]);
        process = Encoding.UTF8.GetString(rest[(open + 1)..close]);
        return true;
    }

    // By hand: this runs once per line of every app, and the general formatter costs ten times as much.
    private static void FormatTime(DateTimeOffset time, Span<byte> to)
    {
        var utc = time.UtcDateTime;
        "0000-00-00T00:00:00.000000+00:00"u8.CopyTo(to);
        Digits(to[..4], utc.Year);
        Digits(to[5..7], utc.Month);
        Digits(to[8..10], utc.Day);
        Digits(to[11..13], utc.Hour);
        Digits(to[14..16], utc.Minute);
        Digits(to[17..19], utc.Second);
        Digits(to[20..26], (int)(utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
    }

    private static void Digits(Span<byte> to, int value)
    {
        for (var i = to.Length - 1; i >= 0; i--, value /= 10)
            to[i] = (byte)('0' + value % 10);
    }
}
