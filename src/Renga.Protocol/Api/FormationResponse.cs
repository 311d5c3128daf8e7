using System.Text.Json;

namespace Renga.Protocol.Api;

/// <summary>Schema: formation.</summary>
public sealed record FormationResponse
{
    public required NamedReference App { get; init; }
    public required string Command { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required NamedReference DynoSize { get; init; }
    public required Guid Id { get; init; }
    public required int Quantity { get; init; }
    public required string Size { get; init; }
    public required string Type { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>PATCH /apps/{app}/formation.</summary>
public sealed record UpdateFormationRequest(IReadOnlyList<FormationUpdate>? Updates);

/// <summary>A change of one process type; also the body of PATCH /apps/{app}/formation/{type}.</summary>
public sealed record FormationUpdate
{
    public string? Type { get; init; }

    /// <summary>A number, <c>"2"</c>, or relative: <c>"+1"</c>, <c>"-1"</c>.</summary>
    public JsonElement? Quantity { get; init; }

    /// <summary>What the official CLI sends.</summary>
    public string? Size { get; init; }

    /// <summary>What the schema says: <c>{"name": ...}</c>, or the name itself.</summary>
    public JsonElement? DynoSize { get; init; }
}
