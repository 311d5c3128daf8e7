namespace Renga.Protocol.Api;

/// <summary>Schema: release.</summary>
public sealed record ReleaseResponse
{
    public IReadOnlyList<string> AddonPlanNames { get; init; } = [];
    public required NamedReference App { get; init; }
    public required IReadOnlyList<ReleaseArtifact> Artifacts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required bool Current { get; init; }
    public required string Description { get; init; }
    public required bool EligibleForRollback { get; init; }
    public required Guid Id { get; init; }
    public IdReference? OciImage { get; init; }
    public string? OutputStreamUrl { get; init; }
    public IdReference? Slug { get; init; }

    /// <summary><c>pending</c>, <c>succeeded</c>, <c>failed</c> or <c>expired</c>.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
    public required AccountReference User { get; init; }
    public required int Version { get; init; }
}

public sealed record ReleaseArtifact(string Type, Guid Id);

/// <summary>POST /apps/{app}/releases: either a slug to release, or a release to roll back to.</summary>
/// <param name="Slug">The id of a slug.</param>
/// <param name="Release">The id or version of a release.</param>
public sealed record CreateReleaseRequest(string? Slug, string? Description, string? Release);
