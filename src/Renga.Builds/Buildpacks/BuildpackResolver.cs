using Renga.Model;
using Renga.Model.Buildpacks;

namespace Renga.Builds.Buildpacks;

/// <summary>Turns what a user wrote (a name, a URL, a path) into a buildpack, or says why not.</summary>
internal sealed class BuildpackResolver(BuildpackRegistry registry, BuildsOptions options)
{
    public Result<BuildpackSource> Resolve(string text)
    {
        if (!BuildpackLocator.Parse(text).TryGet(out var reference, out var refusal))
            return refusal;
        if (reference.Kind == BuildpackLocatorKind.Path)
            return Local(reference);
        if (reference.Kind != BuildpackLocatorKind.Name)
            return BuildpackSource.Of(reference);
        if (!registry.All().TryGet(out var known, out refusal))
            return refusal;
        return known.TryGetValue(reference.Location, out var buildpack) ? buildpack.Source : BuildpackLocator.Unknown(reference.Location, known.Keys);
    }

    private Result<BuildpackSource> Local(BuildpackLocator reference)
    {
        // The real path decides, so that neither ".." nor a link leads out of what the operator allowed.
        var real = Directory.Exists(reference.Location) ? RealPath(reference.Location) : null;
        var allowed = real is not null && options.LocalBuildpackFolders.Any(f => Directory.Exists(f) && (real + "/").StartsWith(RealPath(f) + "/", StringComparison.Ordinal));
        return allowed
            ? BuildpackSource.Of(reference) with { Location = real! }
            : Refusal.Invalid($"{reference.Text} is not in a folder whose buildpacks the operator of this platform offers.");
    }

    private static string RealPath(string path)
    {
        var current = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            current = Path.Combine(current, part);
            current = new DirectoryInfo(current).ResolveLinkTarget(returnFinalTarget: true)?.FullName is { } target ? RealPath(target) : current;
        }

        return current;
    }
}
