namespace Renga.Protocol.Api;

/// <summary>Schema: domain.</summary>
public sealed record DomainResponse
{
    public string? AcmStatus { get; init; }
    public string? AcmStatusReason { get; init; }
    public required NamedReference App { get; init; }

    /// <summary>Where a custom name must point; null for the platform's own.</summary>
    public string? Cname { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required string Hostname { get; init; }
    public required Guid Id { get; init; }

    /// <summary><c>heroku</c> or <c>custom</c>.</summary>
    public required string Kind { get; init; }

    public NamedReference? SniEndpoint { get; init; }
    public string Status { get; init; } = "succeeded";
    public required DateTimeOffset UpdatedAt { get; init; }
}
