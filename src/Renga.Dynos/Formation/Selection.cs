using System.Collections.Immutable;
using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>Which dynos of an app a selector means.</summary>
internal static class Selection
{
    public static ImmutableArray<DynoRecord> Of(AppState state, DynoSelector selector) =>
        [.. state.Dynos.Values.Where(d => !d.Leaving && d.State is not (DynoState.Down or DynoState.Complete) && Means(selector, d))];

    private static bool Means(DynoSelector selector, DynoRecord dyno) =>
        (selector.Type is null || selector.Type == dyno.Type)
        && (selector.NameOrId is not { } wanted || wanted == dyno.Name || (Guid.TryParse(wanted, out var id) && id == dyno.Id));
}
