using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Renga.Dynos.Formation;
using Renga.Engines;
using Renga.Model.Dynos;

namespace Renga.Dynos.Running;

/// <summary>What the engine still has from an earlier life of this process, as facts for the loop's first turn.</summary>
internal sealed class Recovery(IDynoEngine engine, IPortProbe probe, DynosOptions options, TimeProvider time, ILogger<Recovery> logger)
{
    public async Task<ImmutableArray<(Guid AppId, DynoFact Fact)>> RecoverAsync(CancellationToken ct)
    {
        var found = await engine.RecoverAsync(ct);
        var known = new List<(Guid AppId, DynoRecord Dyno, RecoveredDyno Found)>();
        var leftovers = new List<Guid>();
        foreach (var dyno in found)
        {
            // What never ran, or is no dyno of an app (a build whose builder is gone), is of no use to anyone.
            if (dyno.Started && DynoLabels.Read(dyno) is var (appId, record))
                known.Add((appId, record, dyno));
            else
                leftovers.Add(dyno.Spec.Id);
        }

        await Parallel.ForEachAsync(leftovers, ct, RemoveAsync);
        var adopted = await Task.WhenAll(known.Select(k => LookAsync(k.Dyno, k.Found, ct)));
        DynosLog.Recovered(logger, adopted.Length, known.Select(static k => k.AppId).Distinct().Count(), leftovers.Count);

        var facts = ImmutableArray.CreateBuilder<(Guid AppId, DynoFact Fact)>();
        foreach (var ((appId, _, origin), dyno) in known.Zip(adopted))
        {
            facts.Add((appId, new DynoFact.Adopted(dyno, origin.OutputPosition)));
            // Its client was connected to the process that is gone.
            if (dyno.OneOff?.Interactive is not null)
                facts.Add((appId, new DynoFact.ClientGone(dyno.Id)));
        }

        return facts.ToImmutable();
    }

    /// <summary>A web dyno goes into the routes only if it accepts connections now; otherwise it has a boot's time to do so.</summary>
    private async Task<DynoRecord> LookAsync(DynoRecord dyno, RecoveredDyno found, CancellationToken ct)
    {
        if (!dyno.IsWeb)
            return dyno;
        var booting = dyno with { Phase = DynoPhase.Booting, Deadline = time.GetUtcNow() + options.BootTimeout };
        if (found.Exit is not null || dyno.Endpoint is null)
            return booting;
        return await probe.AcceptsAsync(dyno.Endpoint, ct) ? dyno : booting with { State = DynoState.Starting, UpSince = null };
    }

    private async ValueTask RemoveAsync(Guid id, CancellationToken ct)
    {
        try
        {
            await engine.DestroyAsync(id, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DynosLog.DestroyFailed(logger, e, id);
        }
    }
}
