namespace Renga.Protocol.Api;

/// <summary>Schema: account.</summary>
public sealed record AccountResponse
{
    public bool AllowTracking { get; init; }
    public bool Beta { get; init; }
    public string? CountryOfResidence { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public NamedReference? DefaultOrganization { get; init; }
    public NamedReference? DefaultTeam { get; init; }
    public DateTimeOffset? DelinquentAt { get; init; }
    public required string Email { get; init; }
    public bool Federated { get; init; }
    public required Guid Id { get; init; }
    public NamedReference? IdentityProvider { get; init; }
    public string? ItalianCustomerTerms { get; init; }
    public string? ItalianPartnerTerms { get; init; }
    public DateTimeOffset? LastLogin { get; init; }
    public string? Name { get; init; }
    public string? SmsNumber { get; init; }
    public DateTimeOffset? SuspendedAt { get; init; }
    public bool TwoFactorAuthentication { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public bool Verified { get; init; } = true;
}

/// <summary>Schema: rate-limit.</summary>
public sealed record RateLimitResponse(int Remaining);
