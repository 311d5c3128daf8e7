using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Renga.Dynos.Loop;

/// <summary>Work that goes on beside the loop: all of it ends with this process, and none of it is forgotten.</summary>
internal sealed class BackgroundWork(ILogger<BackgroundWork> logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _tasks = new();

    public CancellationToken Stopping => _stop.Token;

    /// <summary>Runs it on the thread pool. It reports its own failures; what comes through here is a bug, and is logged.</summary>
    public void Start(Func<CancellationToken, Task> work)
    {
        var task = Task.Run(() => GuardAsync(work), CancellationToken.None);
        _tasks[task] = 0;
        _ = task.ContinueWith(ended => _tasks.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async Task StopAsync(CancellationToken ct)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_tasks.Keys).WaitAsync(ct);
    }

    public void Dispose() => _stop.Dispose();

    private async Task GuardAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // This process ends.
        }
        catch (Exception e)
        {
            DynosLog.WorkFailed(logger, e);
        }
    }
}
