namespace Renga.Protocol.Api;

/// <summary>Schema: region.</summary>
public sealed record RegionResponse
{
    public required string Country { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string Description { get; init; }
    public required Guid Id { get; init; }
    public required string Locale { get; init; }
    public required string Name { get; init; }
    public bool PrivateCapable { get; init; }
    public required RegionProvider Provider { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

public sealed record RegionProvider(string Name);

/// <summary>Schema: stack.</summary>
public sealed record StackResponse
{
    public required DateTimeOffset CreatedAt { get; init; }
    public required bool Default { get; init; }
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public string State { get; init; } = "public";
    public required DateTimeOffset UpdatedAt { get; init; }
}
