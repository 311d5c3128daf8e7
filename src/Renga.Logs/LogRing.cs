namespace Renga.Logs;

/// <summary>The last lines of a channel. Grows as lines come, up to its capacity, so that ten thousand quiet apps cost little. Its owner locks.</summary>
internal sealed class LogRing(int capacity)
{
    private const int FirstSize = 16;

    private LogEntry?[] _entries = [];
    private int _start;

    public int Count { get; private set; }

    /// <summary>Weight of all lines in it.</summary>
    public long Bytes { get; private set; }

    public int Allocated => _entries.Length;

    public bool IsFull => Count == capacity;

    /// <summary>From the oldest, 0, on.</summary>
    public LogEntry this[int index] => _entries[(_start + index) % _entries.Length]!;

    public void Add(LogEntry entry)
    {
        if (Count == capacity)
        {
            Bytes -= _entries[_start]!.Weight;
            _start = (_start + 1) % _entries.Length;
            Count--;
        }
        else if (Count == _entries.Length)
        {
            Resize(Math.Min(capacity, Math.Max(FirstSize, Count * 2)));
        }

        _entries[(_start + Count) % _entries.Length] = entry;
        Count++;
        Bytes += entry.Weight;
    }

    /// <summary>Puts older lines before the ones it has, as far as there is room.</summary>
    public void Prepend(IReadOnlyList<LogEntry> older)
    {
        LogEntry[] newer = [.. Enumerable.Range(0, Count).Select(i => this[i])];
        Clear();
        foreach (var entry in older.Skip(Math.Max(0, older.Count + newer.Length - capacity)))
            Add(entry);
        foreach (var entry in newer)
            Add(entry);
    }

    public void Clear()
    {
        _entries = [];
        _start = Count = 0;
        Bytes = 0;
    }

    private void Resize(int size)
    {
        var larger = new LogEntry?[size];
        for (var i = 0; i < Count; i++)
            larger[i] = this[i];
        _entries = larger;
        _start = 0;
    }
}
