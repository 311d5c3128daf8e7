namespace Renga.Model.Releases;

/// <summary>Code, config and add-ons, numbered per app from 1 without gaps; only ever appended.</summary>
public sealed class Release
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }
    public required int Version { get; init; }

    /// <summary>Heroku's wording: <c>Initial release</c>, <c>Deploy 193d1419</c>, <c>Set A, B config vars</c>, <c>Rollback to v3</c>.</summary>
    public required string Description { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The code; null until the first deploy.</summary>
    public Guid? SlugId { get; init; }

    /// <summary>The config vars of this release, encrypted with the platform's key.</summary>
    public required byte[] SealedConfig { get; init; }

    public required ReleaseStatus Status { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>The API's words for a release.</summary>
public enum ReleaseStatus
{
    Pending,
    Succeeded,
    Failed,
    Expired,
}
