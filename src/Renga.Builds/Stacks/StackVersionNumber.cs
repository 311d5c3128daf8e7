using System.Globalization;

namespace Renga.Builds.Stacks;

/// <summary>The version of a stack: the day it was built, and which of that day; <c>20261121.1</c>. Sorts by age.</summary>
internal readonly record struct StackVersionNumber(int Day, int Number) : IComparable<StackVersionNumber>
{
    public static StackVersionNumber? Parse(string text)
    {
        var parts = text.Split('.');
        return parts is [{ Length: 8 } day, { Length: > 0 and < 9 } number]
            && int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedDay) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedNumber)
            ? new StackVersionNumber(parsedDay, parsedNumber)
            : null;
    }

    /// <summary>The version of a build at this time: after all there are, also when the clock was set back.</summary>
    public static StackVersionNumber Next(StackVersionNumber? newest, DateTimeOffset now)
    {
        var today = int.Parse(now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return newest is { } last && last.Day >= today ? last with { Number = last.Number + 1 } : new StackVersionNumber(today, 1);
    }

    public int CompareTo(StackVersionNumber other) => (Day, Number).CompareTo((other.Day, other.Number));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day:00000000}.{Number}");
}
