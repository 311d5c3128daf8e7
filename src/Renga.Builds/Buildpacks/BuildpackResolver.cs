using System.Text.RegularExpressions;
using Renga.Model;

namespace Renga.Builds.Buildpacks;

/// <summary>Turns what a user wrote (a name, a URL, a path) into a buildpack, or says why not.</summary>
internal static partial class BuildpackResolver
{
    public static Result<BuildpackSource> Resolve(string reference, BuildsOptions options)
    {
        var text = reference.Trim();
        if (text.Length is 0 or > 2048 || text.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return Refusal.Invalid($"\"{Shorten(text)}\" is not a buildpack: expected a name like heroku/nodejs, or the URL of a git repository or tarball.");

        if (Named().Match(text) is { Success: true } named)
        {
            var name = named.Groups["name"].Value;
            return File.Exists(Path.Combine(options.BuildpacksFolder, name, "bin", "compile"))
                ? new BuildpackSource(BuildpackKind.BuiltIn, $"{named.Groups["owner"].Value}/{name}", name)
                : Refusal.Invalid($"There is no buildpack called {Shorten(text)}. Available: {string.Join(", ", Available(options).Select(static n => $"heroku/{n}"))}; or give a URL.");
        }

        var (location, reference2) = text.Split('#', 2) is [var before, var after] ? (before, after) : (text, null);
        if (reference2 is not null && (!GitRef().IsMatch(reference2) || reference2.Contains("..", StringComparison.Ordinal)))
            return Refusal.Invalid($"\"{Shorten(reference2)}\" is not a branch, tag or commit.");
        if (location.StartsWith('/') || location.StartsWith("file://", StringComparison.Ordinal))
            return Local(text, location.StartsWith('/') ? location : location["file://".Length..], reference2, options);
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "git"))
            return Refusal.Invalid($"\"{Shorten(text)}\" is not a buildpack: expected a name like heroku/nodejs, or an https, http or git URL.");
        var tarball = uri.AbsolutePath.EndsWith(".tgz", StringComparison.Ordinal) || uri.AbsolutePath.EndsWith(".tar.gz", StringComparison.Ordinal);
        return new BuildpackSource(tarball ? BuildpackKind.Tarball : BuildpackKind.Git, text, location, reference2);
    }

    private static Result<BuildpackSource> Local(string display, string path, string? reference, BuildsOptions options)
    {
        // The real path decides, so that neither ".." nor a link leads out of what the operator allowed.
        var real = Directory.Exists(path) ? RealPath(path) : null;
        var allowed = real is not null && options.LocalBuildpackFolders.Any(f => Directory.Exists(f) && (real + "/").StartsWith(RealPath(f) + "/", StringComparison.Ordinal));
        return allowed
            ? new BuildpackSource(BuildpackKind.Local, display, real!, reference)
            : Refusal.Invalid($"{Shorten(display)} is not in a folder whose buildpacks the operator of this platform offers.");
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

    private static IEnumerable<string> Available(BuildsOptions options) =>
        Directory.EnumerateDirectories(options.BuildpacksFolder).Where(static f => File.Exists(Path.Combine(f, "bin", "compile"))).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "...";

    // heroku/nodejs, renga/nodejs, urn:buildpack:heroku/nodejs, and the registry's address of the same.
    [GeneratedRegex(@"\A(?:urn:buildpack:|https://buildpack-registry\.s3\.amazonaws\.com/buildpacks/|https://codon-buildpacks\.s3\.amazonaws\.com/buildpacks/)?(?<owner>heroku|renga)/(?<name>[a-z0-9][a-z0-9-]{0,60})(?:\.tgz)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GitRef();
}
