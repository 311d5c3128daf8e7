namespace Renga.Dynos.Loop;

/// <summary>When each app wants to be looked at again; one timer for all.</summary>
internal sealed class WakeList : IDisposable
{
    private readonly PriorityQueue<Guid, DateTimeOffset> _queue = new();
    private readonly Dictionary<Guid, DateTimeOffset> _due = [];
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTimeOffset? _armedFor;

    public WakeList(TimeProvider time, Action wake)
    {
        _time = time;
        _timer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(Guid appId, DateTimeOffset? at)
    {
        if (at is not { } due)
        {
            _due.Remove(appId);
        }
        else if (!_due.TryGetValue(appId, out var known) || known != due)
        {
            _due[appId] = due;
            _queue.Enqueue(appId, due);
        }
    }

    /// <summary>An app that is due, or false. Entries that a later <see cref="Set"/> replaced are passed over.</summary>
    public bool TryTakeDue(DateTimeOffset now, out Guid appId)
    {
        while (_queue.TryPeek(out appId, out var at) && at <= now)
        {
            _queue.Dequeue();
            if (_due.TryGetValue(appId, out var due) && due == at)
            {
                _due.Remove(appId);
                return true;
            }
        }

        return false;
    }

    public void Arm()
    {
        while (_queue.TryPeek(out var appId, out var at) && (!_due.TryGetValue(appId, out var due) || due != at))
            _queue.Dequeue();
        DateTimeOffset? next = _queue.TryPeek(out _, out var first) ? first : null;
        if (next == _armedFor)
            return;
        _armedFor = next;
        var wait = next - _time.GetUtcNow();
        // A timer takes at most about 49 days; a day is enough, since it is armed again then.
        _timer.Change(wait is null ? Timeout.InfiniteTimeSpan : wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait.Value, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer has fired: <see cref="Arm"/> must set it again whatever it was set to.</summary>
    public void Fired() => _armedFor = null;

    public void Dispose() => _timer.Dispose();
}
