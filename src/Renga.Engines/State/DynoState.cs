namespace Renga.Engines.State;

/// <summary>What the engine must know about a created dyno after a restart, beside its spec. Written once, when creation is complete.</summary>
internal sealed record DynoState
{
    /// <summary>Of this record's shape; a reader accepts its own and the previous one.</summary>
    public int Version { get; init; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The program that holds the pipes and writes the exit file.</summary>
    public required ProcessIdentity Supervisor { get; init; }

    /// <summary>The dyno's first process.</summary>
    public required ProcessIdentity Init { get; init; }

    /// <summary>Where it serves HTTP, as <c>address:port</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The uid range and network of an isolated dyno.</summary>
    public int? Slot { get; init; }
}
