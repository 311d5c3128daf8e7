using System.Text.Json;

namespace Renga.Protocol.Api;

/// <summary>Schema: log-session.</summary>
public sealed record LogSessionResponse(DateTimeOffset CreatedAt, Guid Id, string LogplexUrl, DateTimeOffset UpdatedAt);

/// <summary>POST /apps/{app}/log-sessions.</summary>
public sealed record CreateLogSessionRequest
{
    public string? Dyno { get; init; }
    public string? Type { get; init; }

    /// <summary>A number, or one in a string.</summary>
    public JsonElement? Lines { get; init; }

    public string? Source { get; init; }
    public bool? Tail { get; init; }
}
