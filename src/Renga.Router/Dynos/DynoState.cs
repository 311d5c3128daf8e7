using System.Diagnostics;
using Renga.Model.Routing;
using Renga.Router.Routes;

namespace Renga.Router.Dynos;

/// <summary>
/// What the router knows of one dyno from its own experience: requests in flight, idle connections, quarantine. Shared by all requests; counts are
/// interlocked, the idle connections have a lock. Lives until the dyno has left the snapshot and its last request has ended.
/// </summary>
internal sealed class DynoState(DynoEndpoint endpoint, AppState app, RouterOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<DynoConnection> _idle = [];
    private volatile TaskCompletionSource? _whenIdle;
    private volatile bool _gone;
    private int _active;
    private int _working;
    private long _quarantinedUntil = long.MinValue;

    public DynoEndpoint Endpoint => endpoint;

    /// <summary>True once the dyno has left the route snapshot: it is being stopped.</summary>
    public bool Gone => _gone;

    /// <summary>Requests in flight, upgraded connections included.</summary>
    public int Active => Volatile.Read(ref _active);

    public bool HasRoom => Volatile.Read(ref _working) < options.InFlightPerDyno;

    public bool IsQuarantined => Volatile.Read(ref _quarantinedUntil) is var until && until != long.MinValue && time.GetTimestamp() < until;

    /// <summary>Counts a request in; false when the dyno is full or has left meanwhile.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _working) > options.InFlightPerDyno)
        {
            Interlocked.Decrement(ref _working);
            return false;
        }

        Interlocked.Increment(ref _active);
        if (!_gone)
            return true;
        EndWork();
        Exit();
        return false;
    }

    /// <summary>The request no longer counts against the limit (it ended, was upgraded, or became an event stream), but is still in flight.</summary>
    public void EndWork()
    {
        Interlocked.Decrement(ref _working);
        app.OnRoom();
    }

    /// <summary>The request has ended.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _active) == 0)
            _whenIdle?.TrySetResult();
    }

    /// <summary>Completes when no request is in flight. Meant for a dyno that has left: others get new ones.</summary>
    public Task WhenIdle()
    {
        var signal = _whenIdle ?? Interlocked.CompareExchange(ref _whenIdle, new(TaskCreationOptions.RunContinuationsAsynchronously), null) ?? _whenIdle;
        if (Active == 0)
            signal.TrySetResult();
        return signal.Task;
    }

    public void Join()
    {
        _gone = false;
        _whenIdle = null;
    }

    public void Leave()
    {
        if (_gone)
            return;
        _gone = true;
        Interlocked.MemoryBarrier();
        List<DynoConnection> idle;
        lock (_gate)
        {
            idle = [.. _idle];
            _idle.Clear();
        }

        idle.ForEach(static c => c.Dispose());
    }

    /// <summary>It refused a connection or did not answer: nobody tries it for a while.</summary>
    public void Quarantine() => Volatile.Write(ref _quarantinedUntil, time.GetTimestamp() + Ticks(options.Quarantine));

    /// <summary>When it may be tried again, from now.</summary>
    public TimeSpan QuarantineLeft => time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _quarantinedUntil));

    /// <summary>The idle connection that was used last; null when there is none, or none young enough.</summary>
    public DynoConnection? TakeIdle(bool mustBeFresh)
    {
        lock (_gate)
        {
            if (_idle.Count == 0)
                return null;
            var connection = _idle[^1];
            if (time.GetElapsedTime(connection.IdleSince) > (mustBeFresh ? options.FreshConnection : options.IdleConnection))
                return null;
            _idle.RemoveAt(_idle.Count - 1);
            connection.IsReused = true;
            return connection;
        }
    }

    /// <summary>Keeps a connection for the next request, or closes it when there are enough.</summary>
    public void GiveBack(DynoConnection connection)
    {
        connection.IdleSince = time.GetTimestamp();
        lock (_gate)
        {
            if (!_gone && _idle.Count < options.IdleConnectionsPerDyno)
            {
                _idle.Add(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>Closes what has been idle too long. The list is in order of use, so the oldest come first.</summary>
    public void CloseIdle(long now)
    {
        lock (_gate)
        {
            var old = 0;
            while (old < _idle.Count && time.GetElapsedTime(_idle[old].IdleSince, now) > options.IdleConnection)
                _idle[old++].Dispose();
            _idle.RemoveRange(0, old);
            Debug.Assert(_idle.Count <= options.IdleConnectionsPerDyno);
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
