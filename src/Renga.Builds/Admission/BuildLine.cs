using System.Collections.Concurrent;
using System.Globalization;

namespace Renga.Builds.Admission;

/// <summary>Who builds, and who waits: one build per app, so many at one time for the platform, in the order in which they came, and not while the machine is short of something.</summary>
internal sealed class BuildLine(BuildsOptions options, IPressure pressure, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, bool> _apps = new();

    /// <summary>Guards the three below.</summary>
    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiting = [];
    private int _building;
    private TaskCompletionSource _moved = NewSignal();

    /// <summary>The app's turn; null when it is building already.</summary>
    public IDisposable? TryClaim(Guid appId) => _apps.TryAdd(appId, true) ? new Ticket(() => _apps.TryRemove(appId, out _)) : null;

    /// <summary>A place to build, given back by disposing. 1. Wait for one; 2. hold it while the machine is under pressure. <paramref name="say"/> is told why one waits.</summary>
    public async Task<IDisposable> EnterAsync(Func<string, ValueTask> say, CancellationToken ct)
    {
        // 1.
        await WaitForPlaceAsync(say, ct);
        var place = new Ticket(Leave);
        try
        {
            // 2.
            await HoldAsync(say, ct);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private async Task WaitForPlaceAsync(Func<string, ValueTask> say, CancellationToken ct)
    {
        var me = Join();
        var told = 0;
        try
        {
            while (true)
            {
                int ahead;
                Task moved;
                lock (_gate)
                {
                    if (me.HasPlace)
                        return;
                    (ahead, moved) = (_building + _waiting.IndexOf(me), _moved.Task);
                }

                if (ahead != told)
                    await say(ahead == 1 ? "Waiting: 1 build is ahead" : string.Create(CultureInfo.InvariantCulture, $"Waiting: {ahead} builds are ahead"));
                told = ahead;
                await moved.WaitAsync(ct);
            }
        }
        catch
        {
            Withdraw(me);
            throw;
        }
    }

    /// <summary>Bounded: a machine that is always busy still builds, only later.</summary>
    private async Task HoldAsync(Func<string, ValueTask> say, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        string? told = null;
        while (pressure.Read()?.ShortOf(options, OthersBuild) is { } what)
        {
            if (time.GetElapsedTime(since) >= options.MaxHold)
            {
                if (told is not null)
                    await say($"Building now, though the machine is still short of {what}");
                return;
            }

            if (told != what)
                await say($"Waiting: the machine is short of {what}");
            told = what;
            await Task.Delay(LookEvery, time, ct);
        }
    }

    private bool OthersBuild
    {
        get
        {
            lock (_gate)
                return _building > 1;
        }
    }

    private Waiter Join()
    {
        lock (_gate)
        {
            var me = new Waiter();
            _waiting.Add(me);
            Admit();
            return me;
        }
    }

    private void Withdraw(Waiter waiter)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(waiter))
                _building--;
            Admit();
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _building--;
            Admit();
        }
    }

    private void Admit()
    {
        while (_building < options.MaxParallel && _waiting.Count > 0)
        {
            _waiting[0].HasPlace = true;
            _waiting.RemoveAt(0);
            _building++;
        }

        _moved.SetResult();
        _moved = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Waiter
    {
        public bool HasPlace { get; set; }
    }

    private sealed class Ticket(Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
    }
}
