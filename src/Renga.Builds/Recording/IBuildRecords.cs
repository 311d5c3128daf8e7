using System.Collections.Immutable;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Model.Slugs;

namespace Renga.Builds.Recording;

/// <summary>What the compiler reads from, and writes to, the platform's state.</summary>
internal interface IBuildRecords
{
    /// <summary>What is to be built, and the name for messages. A refusal when the app is gone.</summary>
    Task<Result<BuildSubject>> ReadAsync(Guid appId, CancellationToken ct);

    /// <summary>A new pending build.</summary>
    Task<Result<Build>> BeginAsync(BuildRequest request, CancellationToken ct);

    /// <summary>The app's build as it is now; null when the app has no such build.</summary>
    Task<Build?> FindAsync(Guid appId, Guid buildId, CancellationToken ct);

    Task FailAsync(Guid buildId, string reason, CancellationToken ct);

    /// <summary>Records the slug and releases it, in one transaction with the build's success.</summary>
    /// <param name="defaults">Config vars for an app without code that has none of that name.</param>
    Task<Result<ReleasedBuild>> DeployAsync(Guid accountId, Slug slug, Guid buildId, IReadOnlyDictionary<string, string> defaults, CancellationToken ct);
}

/// <summary>An app as a build sees it.</summary>
internal sealed record BuildSubject(
    string AppName, string Stack, string? Host, ImmutableSortedDictionary<string, string> Config, ImmutableArray<string> Buildpacks)
{
    /// <summary>Bytes of the slug that runs now; null before the first deploy.</summary>
    public long? LastSlugBytes { get; init; }
}

/// <summary>A build that became a release.</summary>
/// <param name="Description"><c>Deploy 193d1419</c>.</param>
internal sealed record ReleasedBuild(int Version, string Description);
