namespace Renga.Model.Slugs;

/// <summary>Slugs as clients see them: a tar.gz with everything below <c>./app</c>.</summary>
public interface ISlugArchives
{
    /// <summary>
    /// Makes an image of an uploaded archive and puts it into the slug store. The archive is hostile until proven otherwise: <see cref="RefusalKind.Invalid"/> says what is
    /// wrong with it, and then nothing of it is left.
    /// </summary>
    /// <param name="checksum"><c>SHA256:</c> and hex of the archive, as the client promised; null to take any.</param>
    Task<Result<StoredSlug>> ReadAsync(Stream archive, string? checksum, CancellationToken ct);

    /// <summary>Writes an image as an archive.</summary>
    /// <param name="begin">Called before the first byte, once it is certain that there is something to write.</param>
    Task<Result<bool>> WriteAsync(string image, Stream to, Action begin, CancellationToken ct);
}

/// <summary>A slug that was uploaded.</summary>
/// <param name="Image">As in <see cref="Slug.Image"/>.</param>
/// <param name="Bytes">Of the image.</param>
/// <param name="Checksum"><c>SHA256:</c> and hex of the archive.</param>
public sealed record StoredSlug(string Image, long Bytes, string Checksum);
