namespace Renga.Model.Builds;

/// <summary>What Git and the builds API ask of the slug compiler.</summary>
public interface IBuildService
{
    /// <summary>
    /// Builds the source into a slug and releases it, writing Heroku-shaped output as it goes. One build per app at a time: a second one is refused
    /// at once with <see cref="RefusalKind.Conflict"/>. A failed build changes nothing but its own record. Cancelling kills the build dyno.
    /// </summary>
    Task<Result<BuildReport>> BuildAsync(BuildRequest request, IBuildOutput output, CancellationToken ct);

    /// <summary>
    /// Starts the same and returns its pending record at once; the build goes on by itself. What it says can be read from <see cref="IBuildOutputs"/>.
    /// </summary>
    Task<Result<Build>> StartAsync(BuildRequest request, CancellationToken ct);

    /// <summary>
    /// Ends a running build, pushed or started: kills its build dyno and returns the record when it has failed for it. <see cref="RefusalKind.NotFound"/> when the app has no
    /// such build, <see cref="RefusalKind.Conflict"/> when it is over already.
    /// </summary>
    Task<Result<Build>> CancelAsync(Guid appId, Guid buildId, CancellationToken ct);
}

/// <summary>A build to be made.</summary>
public sealed record BuildRequest
{
    public required Guid AppId { get; init; }

    /// <summary>Who pushed.</summary>
    public required Guid AccountId { get; init; }

    public required string AccountEmail { get; init; }

    public required BuildSource Source { get; init; }

    /// <summary>The full commit id, when it came from git, or the version that a client gave.</summary>
    public string? Commit { get; init; }

    /// <summary>The subject line of the commit.</summary>
    public string? CommitDescription { get; init; }

    /// <summary>Where a client said the source is, for the record; null for a push.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>Buildpacks for this build only, in order; null for those of the app.</summary>
    public IReadOnlyList<string>? Buildpacks { get; init; }
}

/// <summary>Where the code comes from.</summary>
public abstract record BuildSource
{
    private BuildSource()
    {
    }

    /// <summary>A tar of the tree (plain or gzip) on this machine. The caller deletes it when the build is over.</summary>
    /// <param name="Submodules">Git submodules of the commit, which the build dyno fetches.</param>
    public sealed record Archive(string Path, IReadOnlyList<Submodule> Submodules) : BuildSource;

    /// <summary>A tar.gz or zip that the build dyno downloads.</summary>
    /// <param name="Checksum"><c>SHA256:</c> and hex; null when the client gave none.</param>
    public sealed record Download(Uri Url, string? Checksum) : BuildSource;

    /// <summary>A public git repository that the build dyno clones.</summary>
    /// <param name="Ref">Branch, tag or commit; null for the default branch.</param>
    public sealed record Repository(Uri Url, string? Ref) : BuildSource;
}

/// <summary>A repository inside a repository.</summary>
/// <param name="Path">Folder below the root, with <c>/</c>.</param>
/// <param name="Url">As .gitmodules has it.</param>
/// <param name="Commit">The full commit id that the tree names.</param>
public sealed record Submodule(string Path, string Url, string Commit);

/// <summary>A build that succeeded and was released.</summary>
public sealed record BuildReport(Guid BuildId, Guid SlugId, int ReleaseVersion);

/// <summary>Where build output goes: the pusher's terminal. The log channel is written by the build service itself.</summary>
public interface IBuildOutput
{
    /// <summary>Writes bytes as they come, whole lines or not. Never throws when the reader has gone.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);
}
