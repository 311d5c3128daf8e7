namespace Renga.Model.Slugs;

/// <summary>Where slug images lie. The dyno manager asks for the file; the slug compiler puts it there.</summary>
public interface ISlugStore
{
    /// <summary>The image's path on this machine, or <see cref="RefusalKind.NotFound"/>.</summary>
    Result<string> Locate(Guid slugId);

    /// <summary>Moves a finished image into the store, flushed to disk, under the slug's id.</summary>
    Task<string> PutAsync(Guid slugId, string imagePath, CancellationToken ct);

    /// <summary>Removes an image that no release needs.</summary>
    void Delete(Guid slugId);
}
