namespace Renga.Model.Builds;

/// <summary>Archives of source code that clients upload before a build. They are kept for a day.</summary>
public interface ISources
{
    /// <summary>Keeps what the stream holds, whole or not at all; in the place of what was uploaded under this id before.</summary>
    /// <param name="length">Bytes as the client announced them, if it did.</param>
    Task<Result<long>> PutAsync(Guid id, Stream content, long? length, CancellationToken ct);

    /// <summary>The archive's path on this machine. <see cref="RefusalKind.NotFound"/> when nothing was uploaded, or too long ago; <see cref="RefusalKind.Invalid"/> when it is another than the checksum says.</summary>
    /// <param name="checksum"><c>SHA256:</c> and hex; null to take any.</param>
    Task<Result<string>> LocateAsync(Guid id, string? checksum, CancellationToken ct);
}
