using Renga.Git.Ssh;

namespace Renga.Git;

/// <summary>Settings of the git transport.</summary>
public sealed record GitOptions
{
    /// <summary>Where repositories lie: <c>APP-ID.git</c> each.</summary>
    public required string RepositoriesFolder { get; init; }

    /// <summary>For the hook, and for what exists only while a push runs. Emptied at start; no other component uses it.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Bytes of one push's pack; git refuses more. Default 1 GB.</summary>
    public long MaxPackBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Bytes of the checked-out source. Default 1 GB (spec: protocols.md 6.7).</summary>
    public long MaxSourceBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Null: no git over SSH.</summary>
    public SshOptions? Ssh { get; init; }
}
