using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>A slot with its network made, and what maps image owners to its range (null: not mapped).</summary>
internal sealed record ReadySlot(DynoSlot Slot, SafeFileHandle? Space);

/// <summary>
/// Keeps a few slots ready, since a network takes longer to make than a dyno should to start. A slot that comes back is given out again, behind all that wait:
/// nothing in it can have been changed by its dyno, which has no right to. Guarded by one lock; filled by one background task at a time.
/// </summary>
internal sealed class SlotPool(EnginesOptions options, SlotLocks locks, Machine machine, ILogger log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<ReadySlot> _ready = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _filling = Task.CompletedTask;

    public async Task<ReadySlot> TakeAsync(CancellationToken ct)
    {
        ReadySlot? slot;
        lock (_gate)
            _ready.TryDequeue(out slot);
        slot ??= await MakeAsync(ct);
        Fill();
        return slot;
    }

    /// <summary>Takes back a slot whose dyno is gone without a trace.</summary>
    public async Task ReleaseAsync(DynoSlot slot, SafeFileHandle? space, CancellationToken ct)
    {
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested && _ready.Count < options.WarmSlots && (space is not null || !machine.IdMapping))
            {
                _ready.Enqueue(new(slot, space));
                return;
            }
        }

        space?.Dispose();
        await RemoveAsync(slot, ct);
    }

    /// <summary>Makes slots until enough are ready.</summary>
    public void Fill()
    {
        lock (_gate)
        {
            if (_filling.IsCompleted && _ready.Count < options.WarmSlots && !_stop.IsCancellationRequested)
                _filling = Task.Run(FillAsync, CancellationToken.None);
        }
    }

    /// <summary>Removes a slot's network and gives the number back.</summary>
    public async Task RemoveAsync(DynoSlot slot, CancellationToken ct)
    {
        var (command, input) = SlotNetwork.Remove(slot);
        // It may be half made, so what is missing is no failure; what is left is.
        await ProcessRunner.RunAsync(command, ct, input);
        if (File.Exists(slot.NamespacePath) || Directory.Exists("/sys/class/net/" + slot.Link))
            throw new EngineException($"The network {slot.Namespace} could not be removed.");
        locks.Release(slot);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _filling;
        _stop.Dispose();
    }

    /// <summary>Takes away what is ready and not in use.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        await _stop.CancelAsync();
        await _filling;
        while (_ready.TryDequeue(out var slot))
        {
            slot.Space?.Dispose();
            await RemoveAsync(slot.Slot, ct);
        }
    }

    private async Task FillAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                lock (_gate)
                {
                    if (_ready.Count >= options.WarmSlots)
                        return;
                }

                var slot = await MakeAsync(_stop.Token);
                lock (_gate)
                    _ready.Enqueue(slot);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // We stop; the next start finds the half-made slot by its file.
        }
        catch (Exception e)
        {
            EnginesLog.SlotNotMade(log, e);
        }
    }

    private async Task<ReadySlot> MakeAsync(CancellationToken ct)
    {
        var slot = locks.Take();
        try
        {
            foreach (var (command, input) in SlotNetwork.Make(slot))
                await ProcessRunner.RunCheckedAsync(command, ct, input);
            return new ReadySlot(slot, machine.IdMapping ? await IdMap.MakeAsync(slot, ct) : null);
        }
        catch
        {
            await RemoveAsync(slot, CancellationToken.None);
            throw;
        }
    }
}
