using Renga.Model.Logs;

namespace Renga.Logs;

/// <summary>
/// One app's stream: the last lines, the tails that follow, and the lines that wait for the disk. All of it is guarded by one lock that is held for
/// memory work only, so a writer never waits for a disk or a reader.
/// </summary>
internal sealed class LogChannel(Guid appId, LogsOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LogRing _ring = new(options.LinesInMemory);
    private readonly List<LogTail> _tails = [];
    private List<LogEntry> _pending = [];
    private long _pendingBytes;
    private long _lastId;
    private long _lastUse;
    private bool _isLoaded;
    private int _unloads;
    private bool _isQueued;
    private bool _isDestroyed;

    public Guid AppId => appId;

    /// <summary>Lines that did not reach the history because too many waited.</summary>
    public LogLoss Overflow { get; } = new(time);

    /// <summary>Lines that the disk did not take.</summary>
    public LogLoss Undelivered { get; } = new(time);

    /// <summary>When it was last written or read, as a timestamp.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    public bool IsDestroyed => Volatile.Read(ref _isDestroyed);

    public int LinesInMemory
    {
        get
        {
            lock (_gate)
                return _ring.Count;
        }
    }

    public long BytesInMemory
    {
        get
        {
            lock (_gate)
                return _ring.Bytes + _pendingBytes;
        }
    }

    /// <summary>Adds a line for every reader.</summary>
    /// <param name="grown">By how many bytes memory grew, or shrank.</param>
    /// <returns>True when the disk writer must be told; it is told once until it takes what waits.</returns>
    public bool Append(string source, string process, byte[] line, out long grown)
    {
        lock (_gate)
        {
            grown = 0;
            if (_isDestroyed)
                return false;

            _lastId = Math.Max(_lastId + 1, (time.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
            _lastUse = time.GetTimestamp();
            var entry = new LogEntry(_lastId, source, process, line);
            var before = _ring.Bytes;
            _ring.Add(entry);
            grown = _ring.Bytes - before;
            foreach (var tail in _tails)
                tail.Offer(entry);

            if (_pendingBytes + entry.Weight > options.PendingBytes)
            {
                Overflow.Add();
                return false;
            }

            _pending.Add(entry);
            _pendingBytes += entry.Weight;
            var tell = !_isQueued;
            _isQueued = true;
            return tell;
        }
    }

    /// <summary>What waits for the disk. The caller gives a list to go on with, and so the two swap without copying.</summary>
    public List<LogEntry> TakePending(List<LogEntry> empty)
    {
        lock (_gate)
        {
            var taken = _pending;
            _pending = empty;
            _pendingBytes = 0;
            _isQueued = false;
            return taken;
        }
    }

    /// <summary>Brings back the lines from before a restart, or from before the channel left memory.</summary>
    public long Load(LogHistory history)
    {
        while (true)
        {
            int unloads;
            lock (_gate)
            {
                _lastUse = time.GetTimestamp();
                if (_isLoaded || _isDestroyed || _ring.IsFull)
                    return 0;
                unloads = _unloads;
            }

            var older = history.ReadLast(appId, options.LinesInMemory);
            lock (_gate)
            {
                if (_isLoaded || _isDestroyed)
                    return 0;
                if (unloads != _unloads)
                    continue;
                var before = _ring.Bytes;
                var first = _ring.Count > 0 ? _ring[0].Id : long.MaxValue;
                if (older.Count > 0)
                    _lastId = Math.Max(_lastId, older[^1].Id);
                _ring.Prepend([.. older.TakeWhile(e => e.Id < first)]);
                _isLoaded = true;
                return _ring.Bytes - before;
            }
        }
    }

    /// <summary>Leaves memory, unless something follows it or waits for the disk; the number of bytes that this freed.</summary>
    public long Unload()
    {
        lock (_gate)
        {
            if (_tails.Count > 0 || _pending.Count > 0)
                return 0;
            var freed = _ring.Bytes;
            _ring.Clear();
            _isLoaded = false;
            _unloads++;
            return freed;
        }
    }

    /// <summary>The history that a session wants and, for a tail, everything after it: in one step, so there is neither gap nor double.</summary>
    /// <param name="after">The last line that the reader has; null for a new reader, who gets <see cref="LogQuery.Lines"/> lines.</param>
    public (IReadOnlyList<LogEntry> History, LogTail? Tail) Read(LogQuery query, long? after)
    {
        var filter = LogFilter.Of(query);
        lock (_gate)
        {
            var wanted = after is null ? query.Lines : options.LinesInMemory;
            var history = new List<LogEntry>(Math.Min(wanted, _ring.Count));
            for (var i = _ring.Count - 1; i >= 0 && history.Count < wanted && _ring[i].Id > (after ?? 0); i--)
            {
                if (filter.Matches(_ring[i]))
                    history.Add(_ring[i]);
            }

            history.Reverse();
            if (!query.Tail)
                return (history, null);
            var tail = new LogTail(filter, options.TailLines, time);
            if (_isDestroyed)
                tail.Complete();
            else
                _tails.Add(tail);
            return (history, tail);
        }
    }

    public void Leave(LogTail tail)
    {
        lock (_gate)
            _tails.Remove(tail);
    }

    /// <summary>Ends every tail and forgets every line; the number of bytes that this freed.</summary>
    public long Destroy()
    {
        lock (_gate)
        {
            _isDestroyed = true;
            foreach (var tail in _tails)
                tail.Complete();
            _tails.Clear();
            var freed = _ring.Bytes;
            _ring.Clear();
            _pending = [];
            _pendingBytes = 0;
            return freed;
        }
    }
}
