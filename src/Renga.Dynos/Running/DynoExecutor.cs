using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Renga.Dynos.Formation;
using Renga.Dynos.Loop;
using Renga.Dynos.OneOff;
using Renga.Engines;
using Renga.Model.Dynos;
using Renga.Model.Logs;
using Renga.Model.Routing;

namespace Renga.Dynos.Running;

/// <summary>Does what the loop decided, in the background, and posts what came of it. It decides nothing.</summary>
internal sealed class DynoExecutor(
    IDynoEngine engine, DynoLauncher launcher, OutputPump pump, BootWatch boots, AttachedSessions sessions, IRouteDrain drain, ILogWriter logs, LoopInbox inbox,
    BackgroundWork work, DynosOptions options, TimeProvider time, ILogger<DynoExecutor> logger)
{
    private static readonly TimeSpan WaitRetry = TimeSpan.FromSeconds(1);

    /// <summary>Ends the watch of a dyno that was removed by force.</summary>
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _watches = new();

    public void Start(Guid appId, DynoAction action)
    {
        switch (action)
        {
            case DynoAction.Say say:
                logs.Write(appId, new LogLine(time.GetUtcNow(), say.Source, say.Process, say.Text));
                break;
            case DynoAction.Launch launch:
                work.Start(ct => LaunchAsync(appId, launch.Dyno, launch.App, ct));
                break;
            case DynoAction.Watch watch:
                Watch(appId, watch.Dyno, watch.Dyno.Endpoint, watch.OutputPosition);
                break;
            case DynoAction.Drain leaving:
                work.Start(ct => DrainAsync(appId, leaving.Id, ct));
                break;
            case DynoAction.Signal signal:
                work.Start(ct => SignalAsync(signal.Id, signal.What, ct));
                break;
            case DynoAction.Destroy destroy:
                work.Start(ct => DestroyAsync(appId, destroy.Id, ct));
                break;
            case DynoAction.Withdraw withdraw:
                sessions.Withdraw(withdraw.Id);
                break;
            default:
                throw new InvalidOperationException($"The executor cannot do {action}.");
        }
    }

    private async Task LaunchAsync(Guid appId, DynoRecord dyno, DesiredApp app, CancellationToken ct)
    {
        LaunchedDyno? running;
        try
        {
            var launched = await launcher.LaunchAsync(dyno, app, ct);
            if (!launched.TryGet(out running, out var refusal))
            {
                DynosLog.LaunchRefused(logger, dyno.Name, dyno.Id, appId, refusal.Message);
                await sessions.FailAsync(dyno.Id, refusal.Message);
                await inbox.PostAsync(appId, DynoFact.LaunchFailed.From(dyno.Id, refusal), ct);
                return;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            DynosLog.LaunchFailed(logger, e, dyno.Name, dyno.Id, appId);
            await sessions.FailAsync(dyno.Id, "The platform failed to launch the dyno.");
            await inbox.PostAsync(appId, new DynoFact.LaunchFailed(dyno.Id, NoRoom: false), ct);
            return;
        }

        await inbox.PostAsync(appId, new DynoFact.Launched(dyno.Id, running.Endpoint, running.StackVersion), ct);
        Watch(appId, dyno, running.Endpoint, outputPosition: 0);
    }

    private void Watch(Guid appId, DynoRecord dyno, IPEndPoint? endpoint, long outputPosition)
    {
        var removed = CancellationTokenSource.CreateLinkedTokenSource(work.Stopping);
        _watches[dyno.Id] = removed;
        work.Start(async _ =>
        {
            try
            {
                await WatchAsync(appId, dyno, endpoint, outputPosition, removed.Token);
            }
            catch (OperationCanceledException) when (removed.IsCancellationRequested)
            {
                // Removed by force, or this process ends.
            }
            finally
            {
                _watches.TryRemove(dyno.Id, out CancellationTokenSource? _);
                removed.Dispose();
            }
        });
    }

    /// <summary>Carries its output, sees it bind its port, and tells its end after the last of its lines.</summary>
    private async Task WatchAsync(Guid appId, DynoRecord dyno, IPEndPoint? endpoint, long outputPosition, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var output = dyno.OneOff?.Interactive is null ? pump.RunAsync(appId, dyno.Id, dyno.Name, outputPosition, ct) : sessions.RunAsync(appId, dyno.Id, ct);
        var boot = dyno.IsWeb && endpoint is not null ? TellBoundAsync(appId, dyno.Id, endpoint, over.Token) : Task.CompletedTask;

        var exit = await WaitAsync(dyno.Id, ct);
        await over.CancelAsync();
        using (var wait = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            await Task.WhenAny(output, Task.Delay(options.OutputEndWait, time, wait.Token));
            await wait.CancelAsync();
        }

        await boot;
        await inbox.PostAsync(appId, DynoFact.Exited.From(dyno.Id, exit), ct);
        await output;
    }

    private async Task TellBoundAsync(Guid appId, Guid id, IPEndPoint endpoint, CancellationToken ct)
    {
        if (await boots.WaitForPortAsync(endpoint, ct))
            await inbox.PostAsync(appId, new DynoFact.PortBound(id), work.Stopping);
    }

    private async Task<DynoExit> WaitAsync(Guid id, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await engine.WaitAsync(id, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                DynosLog.WaitFailed(logger, e, id);
                await Task.Delay(WaitRetry, time, ct);
            }
        }
    }

    private async Task DrainAsync(Guid appId, Guid id, CancellationToken ct)
    {
        try
        {
            await drain.WaitIdleAsync(id, options.DrainLimit, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DynosLog.DrainFailed(logger, e, id);
        }

        await inbox.PostAsync(appId, new DynoFact.Drained(id), ct);
    }

    private async Task SignalAsync(Guid id, DynoSignal signal, CancellationToken ct)
    {
        try
        {
            await engine.SignalAsync(id, signal, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next deadline sends the stronger one, and the last removes it by force.
            DynosLog.SignalFailed(logger, e, id, signal);
        }
    }

    private async Task DestroyAsync(Guid appId, Guid id, CancellationToken ct)
    {
        try
        {
            await engine.DestroyAsync(id, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DynosLog.DestroyFailed(logger, e, id);
            await inbox.PostAsync(appId, new DynoFact.DestroyFailed(id), ct);
            return;
        }

        if (_watches.TryGetValue(id, out var watch))
            await EndWatchAsync(watch);
        await inbox.PostAsync(appId, new DynoFact.Destroyed(id), ct);
    }

    private static async Task EndWatchAsync(CancellationTokenSource watch)
    {
        try
        {
            await watch.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself.
        }
    }
}
