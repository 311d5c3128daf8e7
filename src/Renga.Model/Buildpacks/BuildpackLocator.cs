using System.Text.RegularExpressions;

namespace Renga.Model.Buildpacks;

/// <summary>What stands for a buildpack, taken apart: the one parser of it.</summary>
/// <param name="Text">As it is kept and shown: a name, a URL or a path.</param>
/// <param name="Location">The name, the URL or path without its ref.</param>
/// <param name="Ref">Branch, tag or commit; null for the default.</param>
public sealed partial record BuildpackLocator(BuildpackLocatorKind Kind, string Text, string Location, string? Ref = null)
{
    private const string Urn = "urn:buildpack:";
    private const string FileScheme = "file://";
    private const int MaxLength = 1000;

    /// <summary>
    /// A name (<c>heroku/nodejs</c>, also as <c>urn:buildpack:</c> or as the address of Heroku's registry), an http, https or git URL with <c>#ref</c>, or an
    /// absolute path on the platform's machine. Whether there is such a one is not asked here.
    /// </summary>
    public static Result<BuildpackLocator> Parse(string? given)
    {
        var text = given?.Trim();
        if (string.IsNullOrEmpty(text))
            return Refusal.Invalid("A buildpack must be a name like heroku/nodejs, or the URL of a git repository or tarball; nothing was given.");
        if (text.Length > MaxLength || text.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '|'))
            return Refusal.Invalid($"\"{Shorten(text)}\" is not a buildpack: expected a name like heroku/nodejs, or the URL of a git repository or tarball, without spaces or \"|\".");

        var name = RegistryAddress().Match(text) is { Success: true } address ? address.Groups["name"].Value : text.StartsWith(Urn, StringComparison.Ordinal) ? text[Urn.Length..] : text;
        if (IsName(name))
            return new BuildpackLocator(BuildpackLocatorKind.Name, name, name);

        var (location, commit) = text.Split('#', 2) is [var before, var after] ? (before, after) : (text, null);
        if (commit is not null && (!GitRef().IsMatch(commit) || commit.Contains("..", StringComparison.Ordinal)))
            return Refusal.Invalid($"\"{Shorten(commit)}\" is not a branch, tag or commit.");
        if (location.StartsWith(FileScheme, StringComparison.Ordinal))
            location = location[FileScheme.Length..];
        if (location.StartsWith('/'))
            return new BuildpackLocator(BuildpackLocatorKind.Path, commit is null ? location : $"{location}#{commit}", location, commit);
        if (SshAddress().IsMatch(text))
            return Refusal.Invalid($"{Shorten(text)} needs an SSH key, and a build has none. Give the repository's https URL.");
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "git"))
            return Refusal.Invalid($"\"{Shorten(text)}\" is not a buildpack: expected a name like heroku/nodejs, or an https, http or git URL.");
        var tarball = uri.AbsolutePath.EndsWith(".tgz", StringComparison.Ordinal) || uri.AbsolutePath.EndsWith(".tar.gz", StringComparison.Ordinal);
        return new BuildpackLocator(tarball ? BuildpackLocatorKind.Tarball : BuildpackLocatorKind.Git, text, location, commit);
    }

    /// <summary><c>owner/name</c>.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>As the API writes it: names as URNs, which the official CLI shows as the name again.</summary>
    public static string ToUrl(string kept) => IsName(kept) ? Urn + kept : kept;

    /// <summary>What to say of a name that nobody knows here.</summary>
    public static Refusal Unknown(string name, IEnumerable<string> known) => Refusal.Invalid(
        $"There is no buildpack called {Shorten(name)} here. Known names: {string.Join(", ", known)}. "
        + "For another, give the address of its git repository (https://host/owner/repository#ref) or tarball, or ask the operator to add the name to buildpacks.json.");

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "...";

    [GeneratedRegex(@"\Ahttps://(buildpack-registry|codon-buildpacks)\.s3\.amazonaws\.com/buildpacks/(?<name>[\w-]+/[\w-]+)\.tgz\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RegistryAddress();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,60}/[A-Za-z0-9][A-Za-z0-9_-]{0,60}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A(ssh://.*|[\w.-]+@[\w.-]+:.*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SshAddress();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GitRef();
}

/// <summary>The ways to say which buildpack.</summary>
public enum BuildpackLocatorKind
{
    Name,
    Git,
    Tarball,
    Path,
}
