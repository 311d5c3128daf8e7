namespace Renga.Model.Builds;

/// <summary>What Git (and later the builds API) asks of the slug compiler.</summary>
public interface IBuildService
{
    /// <summary>
    /// Builds the source into a slug and releases it, writing Heroku-shaped output as it goes. One build per app at a time: a second one is refused
    /// at once with <see cref="RefusalKind.Conflict"/>. A failed build changes nothing but its own record. Cancelling kills the build dyno.
    /// </summary>
    Task<Result<BuildReport>> BuildAsync(BuildRequest request, IBuildOutput output, CancellationToken ct);
}

/// <summary>A build to be made.</summary>
public sealed record BuildRequest
{
    public required Guid AppId { get; init; }

    /// <summary>Who pushed.</summary>
    public required Guid AccountId { get; init; }

    public required string AccountEmail { get; init; }

    /// <summary>A tar of the source tree (plain or gzip) on this machine. The caller deletes it afterwards.</summary>
    public required string SourceArchive { get; init; }

    /// <summary>The full commit id, when it came from git.</summary>
    public string? Commit { get; init; }

    /// <summary>The subject line of the commit.</summary>
    public string? CommitDescription { get; init; }
}

/// <summary>A build that succeeded and was released.</summary>
public sealed record BuildReport(Guid BuildId, Guid SlugId, int ReleaseVersion);

/// <summary>Where build output goes: the pusher's terminal. The log channel is written by the build service itself.</summary>
public interface IBuildOutput
{
    /// <summary>Writes bytes as they come, whole lines or not. Never throws when the reader has gone.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);
}
