namespace Renga.Model.Builds;

/// <summary>One run of the slug compiler.</summary>
public sealed class Build
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }
    public required Guid AccountId { get; init; }
    public required string Stack { get; init; }
    public BuildStatus Status { get; set; }
    public string? Commit { get; init; }

    /// <summary>Where the source came from, as the client gave it; null for a push.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>The buildpacks it was asked to use, in order; empty when they were to be detected.</summary>
    public List<string> Buildpacks { get; init; } = [];

    /// <summary>One sentence when it failed.</summary>
    public string? FailureReason { get; set; }

    public Guid? SlugId { get; set; }
    public Guid? ReleaseId { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
}
