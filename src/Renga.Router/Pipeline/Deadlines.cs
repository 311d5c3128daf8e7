namespace Renga.Router.Pipeline;

/// <summary>
/// The coarse clock: one timer for all requests instead of one each. A request writes down when it expires; every tick this looks at all that are in
/// flight. A timeout so comes up to one tick late, never early. The list is guarded by one lock, held for a few instructions per request.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action _onTick;
    private readonly ITimer _timer;
    private long _now;
    private Exchange? _first;

    public Deadlines(TimeProvider time, Action onTick)
    {
        _time = time;
        _onTick = onTick;
        _now = time.GetTimestamp();
        _timer = time.CreateTimer(static me => ((Deadlines)me!).OnTick(), this, Tick, Tick);
    }

    /// <summary>A span in units of <see cref="In"/>, with the tick that makes up for the clock's coarseness.</summary>
    public long Measure(TimeSpan span) => (long)((span + Tick).TotalSeconds * _time.TimestampFrequency);

    /// <summary>The moment a measured span from now.</summary>
    public long In(long measured) => Volatile.Read(ref _now) + measured;

    public void Add(Exchange exchange)
    {
        lock (_gate)
        {
            exchange.Next = _first;
            exchange.Previous = null;
            if (_first is not null)
                _first.Previous = exchange;
            _first = exchange;
        }
    }

    /// <summary>After this returns, the exchange is not stopped by the clock any more.</summary>
    public void Remove(Exchange exchange)
    {
        lock (_gate)
        {
            if (exchange.Previous is null)
                _first = exchange.Next;
            else
                exchange.Previous.Next = exchange.Next;
            if (exchange.Next is not null)
                exchange.Next.Previous = exchange.Previous;
            exchange.Next = exchange.Previous = null;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        var now = _time.GetTimestamp();
        Volatile.Write(ref _now, now);
        lock (_gate)
        {
            for (var exchange = _first; exchange is not null; exchange = exchange.Next)
                exchange.ExpireAt(now);
        }

        _onTick();
    }
}
