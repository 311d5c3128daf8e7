using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>A place in the formation: a name and what should run under it.</summary>
internal sealed record Slot(string Name, string Type, string Command, string Size, Guid ReleaseId, int ReleaseVersion)
{
    /// <summary>The places of an app's formation, in the order of its types and numbers.</summary>
    public static IEnumerable<Slot> Of(DesiredApp? app) => app?.Slug is null
        ? []
        : app.Formation.SelectMany(p => Enumerable.Range(1, Math.Max(0, p.Quantity))
            .Select(n => new Slot(string.Create(null, $"{p.Type}.{n}"), p.Type, p.Command, p.Size, app.ReleaseId, app.ReleaseVersion)));

    /// <summary>The dyno is what this place wants.</summary>
    public bool Fits(DynoRecord dyno) =>
        dyno.ReleaseId == ReleaseId && dyno.Command == Command && dyno.Size == Size && !dyno.Superseded;
}
