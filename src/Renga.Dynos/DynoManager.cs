using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Dynos.Formation;
using Renga.Dynos.Loop;
using Renga.Dynos.OneOff;
using Renga.Dynos.Running;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;

namespace Renga.Dynos;

/// <summary>The face of the dyno manager: posts what the API asks to the loop, and starts and stops it with the host.</summary>
internal sealed class DynoManager(
    LoopInbox inbox, DynoLoop loop, DesiredReader reader, Recovery recovery, RendezvousServer rendezvous, OneOffFactory oneOffs, IDynoEngine engine,
    BackgroundWork work, ILogger<DynoManager> logger) : IDynoManager, IHostedService
{
    public void LookAgain(Guid appId) => inbox.LookAgain(appId);

    public ImmutableArray<DynoInfo> List(Guid appId) => loop.List(appId);

    public Task<Result<int>> RestartAsync(Guid appId, DynoSelector selector, CancellationToken ct) =>
        AskAsync(appId, selector, new DynoFact.RestartAsked(selector), ct);

    public Task<Result<int>> StopAsync(Guid appId, DynoSelector selector, CancellationToken ct) =>
        AskAsync(appId, selector, new DynoFact.StopAsked(selector), ct);

    public async Task<Result<DynoInfo>> RunAsync(OneOffRequest request, CancellationToken ct)
    {
        if (!(await oneOffs.MakeAsync(request, ct)).TryGet(out var dyno, out var refusal))
            return refusal;
        var answer = new TaskCompletionSource<Result<DynoInfo>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await inbox.PostAsync(new LoopInput.RunAsked(request.AppId, dyno, request.AccountEmail, answer), ct);
        var result = await answer.Task.WaitAsync(work.Stopping);
        if (result.Refusal is not null)
            oneOffs.Forget(dyno.Id);
        return result;
    }

    /// <summary>Recovers, compares with the whole desired state, publishes, and only then lets the loop turn.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!engine.Capabilities.Isolated)
            DynosLog.NotIsolated(logger, engine.Capabilities.Name);
        rendezvous.Start();
        var recovered = await recovery.RecoverAsync(cancellationToken);
        loop.Begin(recovered, await reader.ReadAllAsync(cancellationToken));
        work.Start(RunLoopAsync);
        work.Start(reader.RunFullSyncAsync);
    }

    /// <summary>Dynos go on: the next life of this process adopts them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => work.StopAsync(cancellationToken);

    private async Task RunLoopAsync(CancellationToken ct)
    {
        try
        {
            await loop.RunAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DynosLog.LoopFailed(logger, e);
        }
    }

    private async Task<Result<int>> AskAsync(Guid appId, DynoSelector selector, DynoFact fact, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<Result<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await inbox.PostAsync(new LoopInput.Asked(appId, selector, fact, answer), ct);
        return await answer.Task.WaitAsync(work.Stopping);
    }
}
