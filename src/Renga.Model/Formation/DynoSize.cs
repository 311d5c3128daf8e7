using System.Collections.Immutable;

namespace Renga.Model.Formation;

/// <summary>A dyno size: what a dyno of it may use. Names and memory from spec/dyno-sizes.json, shares and process limits from protocols.md 6.4.</summary>
/// <param name="Name">As the API and the CLI show it.</param>
/// <param name="MemoryBytes">The memory quota.</param>
/// <param name="CpuShares">Relative weight under contention; 1024 is one "1x" share.</param>
/// <param name="MaxProcesses">Processes and threads at one time.</param>
/// <param name="Compute">The API's <c>compute</c> field.</param>
/// <param name="Dedicated">The API's <c>dedicated</c> field.</param>
/// <param name="Cost">Monthly price in dollars as the official CLI shows it; a self-hosted platform charges none.</param>
public sealed record DynoSize(string Name, long MemoryBytes, int CpuShares, int MaxProcesses, int Compute, bool Dedicated, int Cost)
{
    private const long Mebi = 1024 * 1024;

    public static ImmutableArray<DynoSize> All { get; } =
    [
        new("Eco", 512 * Mebi, 512, 256, 0, false, 0),
        new("Basic", 512 * Mebi, 1024, 256, 0, false, 7),
        new("Standard-1X", 512 * Mebi, 1024, 256, 1, false, 25),
        new("Standard-2X", 1024 * Mebi, 2048, 512, 2, false, 50),
        new("Performance-M", 2560 * Mebi, 12288, 16384, 12, true, 250),
        new("Performance-L", 14336 * Mebi, 51200, 32768, 50, true, 500),
        new("Performance-L-RAM", 30720 * Mebi, 24576, 32768, 24, true, 500),
        new("Performance-XL", 63488 * Mebi, 51200, 32768, 50, true, 750),
        new("Performance-2XL", 129024 * Mebi, 102400, 32768, 100, true, 1500),
    ];

    /// <summary>The size of a new formation.</summary>
    public static DynoSize Default { get; } = All.Single(static s => s.Name == "Basic");

    /// <summary>The size by name, whatever the case; the 2013 names <c>1X</c>, <c>2X</c>, <c>PX</c> mean today's nearest.</summary>
    public static Result<DynoSize> Parse(string? name)
    {
        var wanted = name?.ToUpperInvariant() switch { "1X" => "Standard-1X", "2X" => "Standard-2X", "PX" => "Performance-L", "FREE" => "Eco", "HOBBY" => "Basic", _ => name };
        foreach (var size in All)
        {
            if (string.Equals(size.Name, wanted, StringComparison.OrdinalIgnoreCase))
                return size;
        }

        return Refusal.Invalid($"No such size as {name}. Available sizes: {string.Join(", ", All.Select(static s => s.Name))}.");
    }
}
