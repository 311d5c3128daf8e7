using System.Collections.Immutable;
using Renga.Engines;
using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>What a one-off dyno has beyond the others.</summary>
internal sealed record OneOffDetails
{
    /// <summary>The release it runs, config and slug with it; null for one that was adopted.</summary>
    public DesiredApp? App { get; init; }

    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Not null when a client attaches.</summary>
    public InteractiveMode? Interactive { get; init; }

    /// <summary><c>rendezvous://...</c>.</summary>
    public string? AttachUrl { get; init; }

    /// <summary>It is stopped then.</summary>
    public DateTimeOffset? Until { get; init; }
}
