namespace Renga.Model;

/// <summary>
/// The one shape for state that one loop writes and many read: an immutable snapshot, replaced whole, with a change signal.
/// Readers take <see cref="Current"/> without locks. A watcher takes <see cref="Changed"/> first, then reads <see cref="Current"/>, then awaits:
/// in that order no change is missed.
/// </summary>
public sealed class Published<T>(T initial)
    where T : class
{
    private volatile T _current = initial;
    private volatile TaskCompletionSource _changed = NewSignal();

    /// <summary>The last snapshot that was published.</summary>
    public T Current => _current;

    /// <summary>Completes at the next <see cref="Publish"/>.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Replaces the snapshot. Only the owner calls this, from one thread at a time.</summary>
    public void Publish(T snapshot)
    {
        _current = snapshot;
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
