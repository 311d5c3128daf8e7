namespace Renga.Model.Slugs;

/// <summary>What a build makes: a read-only file system image of /app and the process types it can run. Its content never changes once it is there.</summary>
public sealed class Slug
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }

    /// <summary><c>SHA256:</c> and a hex digest, of the image, or of the archive that a client uploaded. Null when a client promised a slug and gave none.</summary>
    public string? Checksum { get; set; }

    /// <summary>The image in the slug store: the SHA-256 of its bytes in lower-case hex. Slugs with the same content share it. Null until a client has uploaded the code.</summary>
    public string? Image { get; set; }

    /// <summary>Bytes of the image; 0 while there is none.</summary>
    public long Size { get; set; }

    /// <summary>The commit it was built from, when it came from git.</summary>
    public string? Commit { get; init; }

    public string? CommitDescription { get; init; }
    public string? BuildpackProvidedDescription { get; init; }
    public required string Stack { get; init; }

    /// <summary>Process type to command.</summary>
    public required Dictionary<string, string> ProcessTypes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the image was collected, since no release within reach of a rollback needed it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
