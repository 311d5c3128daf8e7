namespace Renga.Model.Slugs;

/// <summary>Where slug images lie, by their content. The dyno manager asks for the file; the slug compiler puts it there.</summary>
public interface ISlugStore
{
    /// <summary>
    /// The image's path on this machine; <see cref="RefusalKind.NotFound"/> when it is not there, <see cref="RefusalKind.Invalid"/> when its bytes are not those
    /// that the digest names (R17).
    /// </summary>
    /// <param name="image"><see cref="Slug.Image"/>.</param>
    Result<string> Locate(string image);

    /// <summary>Moves a finished image into the store, flushed to disk, under its digest. One that is there already is kept, and the new file removed.</summary>
    Task<string> PutAsync(string image, string path, CancellationToken ct);

    /// <summary>Removes an image that no slug needs any more.</summary>
    void Delete(string image);
}
