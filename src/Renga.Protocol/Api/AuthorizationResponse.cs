namespace Renga.Protocol.Api;

/// <summary>Schema: oauth-authorization.</summary>
public sealed record AuthorizationResponse
{
    public required AccessTokenResponse AccessToken { get; init; }
    public NamedReference? Client { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string Description { get; init; }
    public IdReference? Grant { get; init; }
    public required Guid Id { get; init; }
    public IdReference? RefreshToken { get; init; }
    public IReadOnlyList<string> Scope { get; init; } = ["global"];
    public IdReference? Session { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required AuthorizationUser User { get; init; }
}

/// <param name="ExpiresIn">Seconds left; null for never.</param>
/// <param name="Token">The token itself, only in the answer that made it; afterwards nobody knows it.</param>
public sealed record AccessTokenResponse(Guid Id, long? ExpiresIn, string Token);

/// <summary>Who may use it.</summary>
public sealed record AuthorizationUser(Guid Id, string Email, string? FullName);

/// <summary>POST /oauth/authorizations.</summary>
/// <param name="ExpiresIn">Seconds; null for never.</param>
public sealed record CreateAuthorizationRequest(string? Description, long? ExpiresIn, IReadOnlyList<string>? Scope);
