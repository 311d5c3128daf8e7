using Renga.Model.Buildpacks;

namespace Renga.Builds.Buildpacks;

/// <summary>How a buildpack gets into the build dyno.</summary>
internal enum BuildpackKind
{
    /// <summary>One of ours, by name.</summary>
    BuiltIn,

    /// <summary>A folder or git repository on this machine, under a folder that the operator allowed.</summary>
    Local,

    /// <summary>A git repository that the build dyno clones.</summary>
    Git,

    /// <summary>A tarball that the build dyno downloads.</summary>
    Tarball,
}

/// <summary>A buildpack to build with.</summary>
/// <param name="Display">As the user named it.</param>
/// <param name="Location">A name, a path on this machine, or a URL.</param>
/// <param name="Ref">Branch, tag or commit; null for the default.</param>
internal sealed record BuildpackSource(BuildpackKind Kind, string Display, string Location, string? Ref = null)
{
    /// <summary>Of a URL or path; a name is the registry's to turn into one.</summary>
    public static BuildpackSource Of(BuildpackLocator reference) => new(
        reference.Kind switch
        {
            BuildpackLocatorKind.Git => BuildpackKind.Git,
            BuildpackLocatorKind.Tarball => BuildpackKind.Tarball,
            BuildpackLocatorKind.Path => BuildpackKind.Local,
            BuildpackLocatorKind.Name => throw new ArgumentException($"{reference.Text} is a name.", nameof(reference)),
            _ => throw new ArgumentOutOfRangeException(nameof(reference)),
        },
        reference.Text,
        reference.Location,
        reference.Ref);
}
