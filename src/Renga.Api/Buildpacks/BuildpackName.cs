using System.Text.RegularExpressions;
using Renga.Model;

namespace Renga.Api.Buildpacks;

/// <summary>
/// What may stand for a buildpack: a name that the platform knows (<c>heroku/nodejs</c>, also as <c>urn:buildpack:</c> or as the address of Heroku's registry),
/// a git or tarball URL, or an absolute path on this machine.
/// </summary>
internal static partial class BuildpackName
{
    private const string Urn = "urn:buildpack:";
    private const string FileScheme = "file";
    private const int MaxLength = 1000;
    private static readonly string[] Schemes = ["https", "http", "git", "ssh", FileScheme];

    /// <summary>As it is kept: a name, a URL or a path.</summary>
    public static Result<string> Parse(string? text, IReadOnlyDictionary<string, string> known)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Refusal.Invalid("Each update needs a \"buildpack\": a name or a URL. A name that is not in the registry arrives here as nothing.");
        if (text.Length > MaxLength || text.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return Refusal.Invalid("A buildpack must be a name or a URL without spaces.");
        var name = text.StartsWith(Urn, StringComparison.Ordinal) ? text[Urn.Length..] : text;
        if (RegistryAddress().Match(name) is { Success: true } address)
            name = address.Groups["name"].Value;
        if (known.ContainsKey(name))
            return name;
        if (name.StartsWith('/') || ScpAddress().IsMatch(name))
            return name;
        if (Uri.TryCreate(name, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme))
            return uri.Scheme == FileScheme ? uri.LocalPath : name;
        return Refusal.Invalid($"{name} is not a buildpack that this platform knows, nor a URL. It knows: {string.Join(", ", known.Keys)}.");
    }

    /// <summary>As the API writes it: names as URNs, which the official CLI shows as the name again.</summary>
    public static string Url(string kept) => Name().IsMatch(kept) ? Urn + kept : kept;

    [GeneratedRegex(@"\Ahttps://(buildpack-registry|codon-buildpacks)\.s3\.amazonaws\.com/buildpacks/(?<name>[\w-]+/[\w-]+)\.tgz\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RegistryAddress();

    [GeneratedRegex(@"\A[\w.-]+@[\w.-]+:[\w./~-]+(#\S+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScpAddress();

    [GeneratedRegex(@"\A[\w-]+/[\w-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
