using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Renga.Storage;

/// <summary>Times as UTC ticks in a 64-bit integer: every database sorts and compares them alike, and nothing is rounded.</summary>
internal sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(
    static time => time.UtcTicks,
    static ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
