namespace Renga.Model.Keys;

/// <summary>A public key with which an account may use git over SSH.</summary>
public sealed class SshKey
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>As OpenSSH writes it: <c>SHA256:</c> and base64. One key belongs to one account.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Type, base64 and comment, on one line.</summary>
    public required string PublicKey { get; init; }

    public required string Comment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}
