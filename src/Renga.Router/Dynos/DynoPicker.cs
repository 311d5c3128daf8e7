using Renga.Router.Routes;

namespace Renga.Router.Dynos;

/// <summary>Which dyno gets the request: a random one of those that are up, not in quarantine, not refused already and not full.</summary>
internal sealed class DynoPicker(Random random)
{
    /// <summary>Counts the request in at the dyno it returns; null with the reason when there is none.</summary>
    public DynoState? Pick(AppModel app, List<DynoState>? refused, out NoDyno reason)
    {
        reason = NoDyno.Refused;
        var dynos = app.Dynos;
        var start = dynos.Length > 1 ? random.Next(dynos.Length) : 0;
        for (var i = 0; i < dynos.Length; i++)
        {
            var dyno = dynos[(start + i) % dynos.Length];
            if (refused is not null && refused.Contains(dyno))
                continue;
            if (dyno.IsQuarantined)
            {
                if (reason == NoDyno.Refused)
                    reason = NoDyno.Quarantined;
                continue;
            }

            if (dyno.TryEnter())
                return dyno;
            reason = NoDyno.Full;
        }

        return null;
    }
}

/// <summary>Why no dyno was picked.</summary>
internal enum NoDyno
{
    /// <summary>Every dyno refused this very request.</summary>
    Refused,

    /// <summary>Those left refused others lately.</summary>
    Quarantined,

    /// <summary>At least one would do, but has its hands full.</summary>
    Full,
}
