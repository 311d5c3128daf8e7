using System.Collections.Immutable;

namespace Renga.Processes;

/// <summary>A program and its argument list: data that tests compare and <see cref="ProcessRunner"/> runs. There is no way to give a shell string.</summary>
/// <param name="Program">A name looked up in PATH, or an absolute path.</param>
public sealed record Command(string Program, ImmutableArray<string> Arguments)
{
    public static Command Of(string program, params ReadOnlySpan<string> arguments) => new(program, [.. arguments]);

    /// <summary>Null: this process's folder.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Variables to set; a null value removes one.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Start from an empty environment instead of this process's.</summary>
    public bool ClearEnvironment { get; init; }

    public Command With(params ReadOnlySpan<string> more) => this with { Arguments = [.. Arguments, .. more] };

    /// <summary>For messages only.</summary>
    public override string ToString() => string.Join(' ', [Program, .. Arguments]);
}
