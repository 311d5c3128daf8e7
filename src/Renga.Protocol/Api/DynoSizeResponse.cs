namespace Renga.Protocol.Api;

/// <summary>Schema: dyno-size.</summary>
public sealed record DynoSizeResponse
{
    public required string Architecture { get; init; }
    public required int Compute { get; init; }
    public DynoCost? Cost { get; init; }
    public required bool Dedicated { get; init; }
    public required NamedReference Generation { get; init; }
    public required Guid Id { get; init; }

    /// <summary>Gigabytes.</summary>
    public required double Memory { get; init; }

    public required string Name { get; init; }
    public required double PreciseDynoUnits { get; init; }
    public bool PrivateSpaceOnly { get; init; }
}

public sealed record DynoCost(int Cents, string Unit);
