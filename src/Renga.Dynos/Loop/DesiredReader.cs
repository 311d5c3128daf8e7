using Microsoft.Extensions.Logging;
using Renga.Model.Dynos;

namespace Renga.Dynos.Loop;

/// <summary>Reads desired state in the background, so that a slow database never keeps the loop from a crash that it should see.</summary>
internal sealed class DesiredReader(IDesiredState desired, LoopInbox inbox, BackgroundWork work, DynosOptions options, TimeProvider time, ILogger<DesiredReader> logger) : IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _room = new(4);
    private long _sequence;

    public async Task<LoopInput.ReadAll> ReadAllAsync(CancellationToken ct)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        return new LoopInput.ReadAll(sequence, await desired.ReadAllAsync(ct));
    }

    /// <summary>Reads one app and posts the result; a failure is tried again.</summary>
    public void Read(Guid appId) => work.Start(async ct =>
    {
        await _room.WaitAsync(ct);
        try
        {
            var sequence = Interlocked.Increment(ref _sequence);
            await inbox.PostAsync(new LoopInput.ReadOne(sequence, appId, await desired.ReadAsync(appId, ct)), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DynosLog.DesiredUnreadable(logger, e);
            await Task.Delay(RetryPause, time, ct);
            inbox.LookAgain(appId);
        }
        finally
        {
            _room.Release();
        }
    });

    /// <summary>The full sync, for ever.</summary>
    public async Task RunFullSyncAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.FullSyncInterval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                await inbox.PostAsync(await ReadAllAsync(ct), ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                DynosLog.DesiredUnreadable(logger, e);
            }
        }
    }

    public void Dispose() => _room.Dispose();
}
