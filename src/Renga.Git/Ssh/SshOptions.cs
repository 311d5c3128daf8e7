using System.Net;

namespace Renga.Git.Ssh;

/// <summary>Settings of git over SSH.</summary>
public sealed record SshOptions
{
    /// <summary>Keeps the host key; the rest is written at each start.</summary>
    public required string Folder { get; init; }

    /// <summary>For the socket between sshd's children and the platform. No other component uses it.</summary>
    public required string RunFolder { get; init; }

    public required IPAddress Address { get; init; }

    public required int Port { get; init; }

    /// <summary>
    /// Root's sshd runs as this user and group id, which nobody else on the machine has; no account of that id is needed. Without root it runs as we do.
    /// </summary>
    public required int UserId { get; init; }
}
