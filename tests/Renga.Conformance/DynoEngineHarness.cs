using Renga.Engines;

namespace Renga.Conformance;

/// <summary>What the suite needs of an implementation: an engine, and another one over the same state, as after a restart of ours.</summary>
public abstract class DynoEngineHarness : IAsyncDisposable
{
    /// <summary>The engine under test. It has recovered already.</summary>
    public abstract IDynoEngine Engine { get; }

    /// <summary>Tells stdout from stderr.</summary>
    public virtual bool TellsStreamsApart => true;

    /// <summary>Gives real pseudo terminals.</summary>
    public virtual bool HasTerminals => true;

    /// <summary>Forgets the engine as if its process was killed, makes a new one over the same state, and recovers.</summary>
    public abstract Task<IReadOnlyList<RecoveredDyno>> RestartAsync(CancellationToken ct);

    /// <summary>A squashfs image with these files (path, content), owned as slugs are; null where the implementation knows no images.</summary>
    public abstract Task<string?> MakeSlugAsync(IReadOnlyDictionary<string, string> files, CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}
