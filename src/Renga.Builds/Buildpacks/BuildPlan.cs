using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Renga.Builds.Buildpacks;

/// <summary>The buildpacks of a build, as our script in the build dyno reads them.</summary>
/// <param name="Chosen">Those to use, in order; empty when the source says, or detection does.</param>
/// <param name="Known">What names mean that the source may use.</param>
internal sealed record BuildPlan(ImmutableArray<BuildpackSource> Chosen, ImmutableSortedDictionary<string, BuildpackSource> Known)
{
    /// <summary>Folders of this machine that the build dyno gets to see; the plan has their numbers.</summary>
    public ImmutableArray<string> LocalFolders { get; } =
        [.. Chosen.Concat(Known.Values).Where(static p => p.Kind == BuildpackKind.Local).Select(static p => p.Location).Distinct(StringComparer.Ordinal)];

    /// <summary>One line per buildpack: kind, its name, URL or number, its ref, and how the user named it.</summary>
    public string ChosenText()
    {
        var text = new StringBuilder();
        foreach (var pack in Chosen)
            text.Append(CultureInfo.InvariantCulture, $"{Line(pack)}|{pack.Display}\n");
        return text.ToString();
    }

    /// <summary>One line per name: the name, then as above.</summary>
    public string KnownText()
    {
        var text = new StringBuilder();
        foreach (var (name, pack) in Known)
            text.Append(CultureInfo.InvariantCulture, $"{name}|{Line(pack)}\n");
        return text.ToString();
    }

    private string Line(BuildpackSource pack)
    {
        var location = pack.Kind == BuildpackKind.Local ? LocalFolders.IndexOf(pack.Location).ToString(CultureInfo.InvariantCulture) : pack.Location;
        return $"{pack.Kind.ToString().ToLowerInvariant()}|{location}|{pack.Ref}";
    }
}
