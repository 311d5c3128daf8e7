using System.Text.Json;

namespace Renga.Protocol.Api;

/// <summary>Schema: dyno.</summary>
public sealed record DynoResponse
{
    public required NamedReference App { get; init; }
    public string? AttachUrl { get; init; }
    public required string Command { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required DynoRelease Release { get; init; }
    public required string Size { get; init; }

    /// <summary><c>crashed</c>, <c>down</c>, <c>idle</c>, <c>starting</c> or <c>up</c>.</summary>
    public required string State { get; init; }

    public required string Type { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

public sealed record DynoRelease(Guid Id, int Version);

/// <summary>POST /apps/{app}/dynos.</summary>
public sealed record CreateDynoRequest
{
    public bool? Attach { get; init; }
    public string? Command { get; init; }

    /// <summary>Strings; the official CLI sends COLUMNS and LINES as numbers.</summary>
    public Dictionary<string, JsonElement>? Env { get; init; }

    public bool? ForceNoTty { get; init; }
    public string? Size { get; init; }
    public string? Type { get; init; }

    /// <summary>Seconds.</summary>
    public int? TimeToLive { get; init; }
}
