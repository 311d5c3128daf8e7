using System.Collections.Immutable;
using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>An app's dynos as users see them: one per name, the newest that is not on its way out.</summary>
internal static class DynoListing
{
    public static ImmutableArray<DynoInfo> Of(AppState state) =>
    [
        .. state.Dynos.Values
            .Where(static d => d.State is not (DynoState.Down or DynoState.Complete))
            .GroupBy(static d => d.Name, StringComparer.Ordinal)
            .Select(static g => g.OrderByDescending(static d => !d.Leaving).ThenByDescending(static d => d, Comparer<DynoRecord>.Create(Age.Compare)).First())
            .OrderBy(static d => d.Type, StringComparer.Ordinal)
            .ThenBy(static d => Number(d.Name))
            .Select(d => Info(state.AppId, d)),
    ];

    public static DynoInfo Info(Guid appId, DynoRecord dyno) => new()
    {
        Id = dyno.Id,
        AppId = appId,
        Name = dyno.Name,
        Type = dyno.Type,
        Command = dyno.Command,
        Size = dyno.Size,
        State = dyno.State,
        ReleaseId = dyno.ReleaseId,
        ReleaseVersion = dyno.ReleaseVersion,
        AttachUrl = dyno.OneOff?.AttachUrl,
        CreatedAt = dyno.CreatedAt,
        UpdatedAt = dyno.StateSince,
    };

    /// <summary>2 of <c>web.2</c>.</summary>
    public static int Number(string name) => int.TryParse(name.AsSpan(name.LastIndexOf('.') + 1), out var number) ? number : 0;
}
