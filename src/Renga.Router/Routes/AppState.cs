namespace Renga.Router.Routes;

/// <summary>What the router counts per app, across route tables. Any thread; the queue has its own lock.</summary>
internal sealed class AppState
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _queue = [];
    private int _held;
    private volatile int _queued;

    /// <summary>Counts a held request; false when that would be too many.</summary>
    public bool TryHold(int limit)
    {
        if (Interlocked.Increment(ref _held) <= limit)
            return true;
        Interlocked.Decrement(ref _held);
        return false;
    }

    public void EndHold() => Interlocked.Decrement(ref _held);

    /// <summary>Takes the next place in the queue for a free dyno; null when it is full.</summary>
    public LinkedListNode<TaskCompletionSource>? TryQueue(int limit)
    {
        lock (_gate)
        {
            if (_queue.Count >= limit)
                return null;
            _queued = _queue.Count + 1;
            return _queue.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    /// <summary>Leaves the queue. One who was called already passes the call on, so that no free place is lost.</summary>
    public void LeaveQueue(LinkedListNode<TaskCompletionSource> place, bool takesTurn)
    {
        lock (_gate)
        {
            if (place.List is not null)
                _queue.Remove(place);
            else if (takesTurn)
                return;
            else
                CallNext();
            _queued = _queue.Count;
        }
    }

    /// <summary>A dyno has room: calls the first in the queue.</summary>
    public void OnRoom()
    {
        if (_queued == 0)
            return;
        lock (_gate)
        {
            CallNext();
            _queued = _queue.Count;
        }
    }

    private void CallNext()
    {
        if (_queue.First is not { } first)
            return;
        _queue.RemoveFirst();
        first.Value.TrySetResult();
    }
}
