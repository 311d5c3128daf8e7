using System.Text.RegularExpressions;
using Renga.Model;
using Renga.Model.Builds;

namespace Renga.Builds.Compiling;

/// <summary>What can be wrong with a source before anything is fetched, and the source as our script in the build dyno reads it.</summary>
internal static partial class SourceCheck
{
    private const string ChecksumPrefix = "SHA256:";

    /// <summary>Null when it may be tried. All problems in one message.</summary>
    public static Refusal? Problem(BuildSource source)
    {
        switch (source)
        {
            case BuildSource.Archive archive:
                var problems = archive.Submodules.Select(Problem).OfType<string>().ToArray();
                return problems.Length == 0 ? null : Refusal.Invalid(string.Join('\n', problems));
            case BuildSource.Download download:
                if (!IsWeb(download.Url))
                    return Refusal.Invalid($"The source's address must begin with https:// or http://, and it is {download.Url.Scheme}://...");
                return download.Checksum is null || Checksum().IsMatch(download.Checksum) ? null : Refusal.Invalid("The source's checksum must be \"SHA256:\" and 64 hex digits.");
            case BuildSource.Repository repository:
                if (!IsPublic(repository.Url))
                    return Refusal.Invalid($"The repository's address must begin with https://, http:// or git://, and it is {repository.Url.Scheme}://... A build has no SSH key.");
                return repository.Ref is null || (GitRef().IsMatch(repository.Ref) && !repository.Ref.Contains("..", StringComparison.Ordinal))
                    ? null
                    : Refusal.Invalid($"\"{repository.Ref}\" is not a branch, tag or commit.");
            default:
                throw new ArgumentOutOfRangeException(nameof(source));
        }
    }

    /// <summary>Three lines: kind, address, and ref or checksum.</summary>
    public static string Text(BuildSource source) => source switch
    {
        BuildSource.Download download => $"download\n{download.Url.AbsoluteUri}\n{download.Checksum?[ChecksumPrefix.Length..].ToLowerInvariant()}\n",
        BuildSource.Repository repository => $"repository\n{repository.Url.AbsoluteUri}\n{repository.Ref}\n",
        _ => "archive\n\n\n",
    };

    /// <summary>One line per submodule: path, URL and commit, with tabs between.</summary>
    public static string Submodules(BuildSource source) =>
        source is BuildSource.Archive archive ? string.Concat(archive.Submodules.Select(static s => $"{s.Path}\t{s.Url}\t{s.Commit}\n")) : "";

    private static string? Problem(Submodule submodule)
    {
        var name = $"The submodule \"{(submodule.Path.Length <= 80 ? submodule.Path : submodule.Path[..80])}\"";
        if (submodule.Path.Length is 0 or > 1000 || submodule.Path.Any(char.IsControl) || submodule.Path.Split('/').Any(static p => p is "" or "." or ".." || p.Equals(".git", StringComparison.OrdinalIgnoreCase)))
            return $"{name} is at a path that a repository cannot have.";
        if (!Commit().IsMatch(submodule.Commit))
            return $"{name} names no commit.";
        if (submodule.Url.StartsWith("./", StringComparison.Ordinal) || submodule.Url.StartsWith("../", StringComparison.Ordinal) || submodule.Url.StartsWith('/'))
            return $"{name} has the address {submodule.Url}, which is relative to a server that is not known here. Write the whole https address in .gitmodules.";
        if (submodule.Url.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)) || !Uri.TryCreate(submodule.Url, UriKind.Absolute, out var url) || !IsPublic(url))
            return $"{name} has the address {submodule.Url}; expected one that begins with https://, http:// or git://, since a build has no SSH key. Change it in .gitmodules.";
        return null;
    }

    private static bool IsWeb(Uri url) => url.IsAbsoluteUri && url.Scheme is "https" or "http";

    private static bool IsPublic(Uri url) => IsWeb(url) || url is { IsAbsoluteUri: true, Scheme: "git" };

    [GeneratedRegex(@"\ASHA256:[0-9A-Fa-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Checksum();

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Commit();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GitRef();
}
