using System.Collections.Concurrent;

namespace Renga.Builds.Compiling;

/// <summary>One build per app, and so many at one time for the platform: who is building, and who waits.</summary>
internal sealed class BuildLine(BuildsOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<Guid, bool> _apps = new();
    private readonly SemaphoreSlim _places = new(options.MaxParallel, options.MaxParallel);

    /// <summary>The app's turn; null when it is building already.</summary>
    public IDisposable? TryClaim(Guid appId) => _apps.TryAdd(appId, true) ? new Ticket(() => _apps.TryRemove(appId, out _)) : null;

    /// <summary>A place; <paramref name="waiting"/> is told first when there is none free.</summary>
    public async Task<IDisposable> EnterAsync(Func<ValueTask> waiting, CancellationToken ct)
    {
        if (!_places.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            await waiting();
            await _places.WaitAsync(ct);
        }

        return new Ticket(() => _places.Release());
    }

    public void Dispose() => _places.Dispose();

    private sealed class Ticket(Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
    }
}
