using System.Collections.Immutable;
using Renga.Model.Formation;
using Renga.Model.Routing;

namespace Renga.Dynos.Formation;

/// <summary>What the router should know of an app.</summary>
internal static class WebRoute
{
    /// <summary>Null when the app is gone or not read yet.</summary>
    public static AppRoute? Of(AppState state, DateTimeOffset now)
    {
        if (state.Desired is not { } app)
            return null;
        var slots = Slot.Of(app).Where(static s => s.Type == ProcessType.Web).ToList();
        var dynos = slots.Select(slot => Serving(state, slot)).OfType<DynoEndpoint>().ToImmutableArray();
        return new AppRoute
        {
            AppId = app.AppId,
            AppName = app.Name,
            Hosts = app.Hosts,
            Maintenance = app.Maintenance,
            State = StateOf(state, slots, dynos, now),
            Dynos = dynos,
            ErrorPageUrl = app.Config.GetValueOrDefault("ERROR_PAGE_URL"),
            MaintenancePageUrl = app.Config.GetValueOrDefault("MAINTENANCE_PAGE_URL"),
        };
    }

    /// <summary>The router need not be told: nothing it sees is different.</summary>
    public static bool AreSame(AppRoute? a, AppRoute? b) => (a, b) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => a.AppName == b.AppName && a.State == b.State && a.Maintenance == b.Maintenance && a.ErrorPageUrl == b.ErrorPageUrl
            && a.MaintenancePageUrl == b.MaintenancePageUrl && a.Hosts.SequenceEqual(b.Hosts, StringComparer.Ordinal) && a.Dynos.SequenceEqual(b.Dynos),
    };

    /// <summary>The one dyno of a name that takes requests; the one that fits before the one it replaces.</summary>
    private static DynoEndpoint? Serving(AppState state, Slot slot)
    {
        var dyno = state.Dynos.Values
            .Where(d => d.Name == slot.Name && d is { IsCandidate: true, Phase: DynoPhase.Running, Endpoint: not null })
            .OrderByDescending(slot.Fits)
            .FirstOrDefault();
        return dyno is null ? null : new DynoEndpoint(dyno.Id, dyno.Name, dyno.Endpoint!);
    }

    private static WebState StateOf(AppState state, List<Slot> slots, ImmutableArray<DynoEndpoint> dynos, DateTimeOffset now)
    {
        if (state.Desired?.Slug is null)
            return WebState.Blank;
        if (slots.Count == 0)
            return WebState.NoWebDynos;
        if (!dynos.IsEmpty)
            return WebState.Up;
        return slots.TrueForAll(s => WaitsAfterCrash(state, s, now)) ? WebState.Crashed : WebState.Starting;
    }

    private static bool WaitsAfterCrash(AppState state, Slot slot, DateTimeOffset now) =>
        state.HistoryOf(slot) is { Crashes: > 0 } history && history.NextStartAt > now
        && !state.Dynos.Values.Any(d => d.IsCandidate && d.Name == slot.Name && slot.Fits(d));
}
