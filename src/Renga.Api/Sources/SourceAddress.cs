using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Protocol.Api;

namespace Renga.Api.Sources;

/// <summary>
/// What the URL of a source means: one of our own sources is a file here, a git repository is cloned, anything else is downloaded. Both are done by the build dyno; the platform itself
/// never fetches what a user names.
/// </summary>
internal sealed partial class SourceAddress(SignedAddresses addresses, ISources sources)
{
    private const int MaxLength = 4096;

    public async Task<Result<BuildSource>> ResolveAsync(HttpRequest request, CreateBuildSource? blob, CancellationToken ct)
    {
        // 1. An address at all?
        if (blob?.Url is not { Length: > 0 } text)
            return Refusal.Invalid("Send \"source_blob\" with \"url\": the address of a tar.gz or zip archive, the get_url of a source, or a public git repository.");
        if (text.Length > MaxLength || text.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)) || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http" or "git") || url.Host.Length == 0)
            return Refusal.Invalid("The source's URL must be an https, http or git address without spaces.");
        if (!Checksum.Parse(blob.Checksum).TryGet(out var digest, out var refusal))
            return refusal;

        // 2. One of ours, whatever name this platform was called by when it gave the address. On our own host nothing else makes sense.
        if (Own().Match(url.AbsolutePath) is { Success: true } own)
        {
            var forbidden = addresses.Check(HttpMethods.Get, url);
            if (forbidden is null)
                return await LocateAsync(Guid.Parse(own.Groups["id"].Value), blob.Checksum, ct);
            if (url.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase))
                return Refusal.Invalid($"The source's URL cannot be used: {forbidden.Message}");
        }

        // 3. A repository.
        if (url.Scheme == "git" || url.AbsolutePath.EndsWith(".git", StringComparison.Ordinal) || url.Fragment.Length > 1)
        {
            var reference = url.Fragment.Length > 1 ? url.Fragment[1..] : null;
            if (reference is not null && (!GitRef().IsMatch(reference) || reference.Contains("..", StringComparison.Ordinal)))
                return Refusal.Invalid("What follows # in the source's URL is not a branch, tag or commit.");
            if (digest is not null)
                return Refusal.Invalid("A git repository has no checksum: name a commit instead, as URL#COMMIT.");
            return new BuildSource.Repository(new UriBuilder(url) { Fragment = "" }.Uri, reference);
        }

        // 4. An archive.
        return new BuildSource.Download(url, digest is null ? null : Checksum.Format(digest));
    }

    private async Task<Result<BuildSource>> LocateAsync(Guid id, string? checksum, CancellationToken ct)
    {
        if ((await sources.LocateAsync(id, checksum, ct)).TryGet(out var path, out var refusal))
            return new BuildSource.Archive(path, []);
        return refusal.Kind == RefusalKind.NotFound
            ? Refusal.Invalid("Nothing was uploaded to that source, or more than a day ago: PUT the archive to its put_url first.")
            : refusal;
    }

    [GeneratedRegex(@"\A/sources/(?<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/blob\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Own();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GitRef();
}
