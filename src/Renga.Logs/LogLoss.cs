namespace Renga.Logs;

/// <summary>Lines that a bounded buffer could not take: how many, and since when. Counted by one thread, told by another.</summary>
internal sealed class LogLoss(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _count;
    private DateTimeOffset _since;

    public void Add(long count = 1)
    {
        lock (_gate)
        {
            if (_count == 0)
                _since = time.GetUtcNow();
            _count += count;
        }
    }

    /// <summary>What was lost since the last call; null when nothing was.</summary>
    public (long Count, DateTimeOffset Since)? Take()
    {
        lock (_gate)
        {
            if (_count == 0)
                return null;
            var taken = (_count, _since);
            _count = 0;
            return taken;
        }
    }
}
