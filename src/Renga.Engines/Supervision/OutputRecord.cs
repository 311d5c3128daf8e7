namespace Renga.Engines.Supervision;

/// <summary>One record of the supervisor's output file: <c>2026-01-02T03:04:05.123456789+00:00 stdout F text</c>; P instead of F when the line goes on.</summary>
internal readonly record struct OutputRecord(DateTimeOffset Time, bool IsError, bool EndsLine, int TextStart)
{
    private const int TimeLength = 35;
    private const int Prefix = TimeLength + 10;

    /// <summary>Reads a record without its line feed. Null for what is not one: after a full disk a file may hold half a record.</summary>
    public static OutputRecord? Parse(ReadOnlySpan<byte> record)
    {
        if (record.Length < Prefix || record[TimeLength] != ' ' || !TryReadTime(record, out var time))
            return null;
        var stream = record.Slice(TimeLength + 1, 6);
        var isError = stream.SequenceEqual("stderr"u8);
        if ((!isError && !stream.SequenceEqual("stdout"u8)) || record[TimeLength + 8] is not ((byte)'F' or (byte)'P'))
            return null;
        return new(time, isError, record[TimeLength + 8] == 'F', Prefix);
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        var year = Digits(text, 0, 4);
        var month = Digits(text, 5, 2);
        var day = Digits(text, 8, 2);
        var hour = Digits(text, 11, 2);
        var minute = Digits(text, 14, 2);
        var second = Digits(text, 17, 2);
        var nanoseconds = Digits(text, 20, 9);
        var zone = (Digits(text, 30, 2) * 60) + Digits(text, 33, 2);
        if (year < 1 || month is < 1 or > 12 || day is < 1 or > 31 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60 || nanoseconds < 0 || zone is < 0 or > 840 || day > DateTime.DaysInMonth(year, month))
            return false;
        var local = new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified).AddTicks(nanoseconds / 100);
        time = new DateTimeOffset(local, TimeSpan.FromMinutes(text[29] == '-' ? -zone : zone)).ToUniversalTime();
        return true;
    }

    /// <summary>A number, or a negative one when there is something else.</summary>
    private static int Digits(ReadOnlySpan<byte> text, int start, int count)
    {
        var value = 0;
        foreach (var b in text.Slice(start, count))
        {
            if (b is < (byte)'0' or > (byte)'9')
                return int.MinValue / 2;
            value = (value * 10) + (b - '0');
        }

        return value;
    }
}
