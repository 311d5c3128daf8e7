namespace Renga.Logs;

/// <summary>A line in a channel. Made once, then shared by the ring, every tail and the disk writer.</summary>
/// <param name="Id">
/// Its position: microseconds of its arrival, or one more than the line before where that is larger. So ids grow over restarts too, and a reader can go on
/// where it stopped.
/// </param>
/// <param name="Line">UTF-8, without line ending.</param>
internal sealed record LogEntry(long Id, string Source, string Process, byte[] Line)
{
    /// <summary>What it costs in memory, about: its bytes, two objects and the places that point to them.</summary>
    public int Weight => Line.Length + 96;
}
