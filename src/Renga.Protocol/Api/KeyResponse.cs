namespace Renga.Protocol.Api;

/// <summary>Schema: key.</summary>
public sealed record KeyResponse
{
    public required string Comment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The account's; the official client puts it above the list.</summary>
    public required string Email { get; init; }

    /// <summary>MD5 as hex and colons, as Heroku writes it.</summary>
    public required string Fingerprint { get; init; }

    public required Guid Id { get; init; }
    public required string PublicKey { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>POST /account/keys.</summary>
public sealed record CreateKeyRequest(string? PublicKey);
