namespace Renga.Model.Accounts;

/// <summary>A bearer token of an account. Only its hash is kept: a token is 256 random bits, so a plain SHA-256 is enough.</summary>
public sealed class AccessToken
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>SHA-256 of the token, lower-case hex.</summary>
    public required string Hash { get; init; }

    public required string Description { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
