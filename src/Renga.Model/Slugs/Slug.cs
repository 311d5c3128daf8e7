namespace Renga.Model.Slugs;

/// <summary>What a build makes: a read-only file system image of /app and the process types it can run. Never changed after it is made.</summary>
public sealed class Slug
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }

    /// <summary><c>SHA256:</c> and the hex digest of the image.</summary>
    public required string Checksum { get; init; }

    /// <summary>Bytes of the image.</summary>
    public required long Size { get; init; }

    /// <summary>The commit it was built from, when it came from git.</summary>
    public string? Commit { get; init; }

    public string? CommitDescription { get; init; }
    public string? BuildpackProvidedDescription { get; init; }
    public required string Stack { get; init; }

    /// <summary>Process type to command.</summary>
    public required Dictionary<string, string> ProcessTypes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
