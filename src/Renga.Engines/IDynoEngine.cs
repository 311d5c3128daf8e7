namespace Renga.Engines;

/// <summary>
/// A driver that runs dynos. The contract is narrow, every verb may be called again after a crash of ours, and a dyno outlives this process:
/// after a restart <see cref="RecoverAsync"/> says what is there. Each implementation passes the suite in <c>Renga.Conformance</c>.
/// <code>
///   Create --> (Attach) --> Start --> Wait ... Signal ... --> exited --> Destroy
/// </code>
/// </summary>
public interface IDynoEngine
{
    /// <summary>What this driver can do.</summary>
    EngineCapabilities Capabilities { get; }

    /// <summary>
    /// Finds every dyno of this platform that the engine still has, running or exited, and removes half-made leftovers. Called once, before anything else.
    /// </summary>
    Task<IReadOnlyList<RecoveredDyno>> RecoverAsync(CancellationToken ct);

    /// <summary>Makes everything ready (file system, network, limits, supervisor) without running the command. On failure nothing is left behind.</summary>
    Task<CreatedDyno> CreateAsync(DynoSpec spec, CancellationToken ct);

    /// <summary>Runs the command of a created dyno.</summary>
    Task StartAsync(Guid id, CancellationToken ct);

    /// <summary>Connects to the terminal or pipes of a created dyno that has <see cref="DynoSpec.Interactive"/> set. Call before <see cref="StartAsync"/>, so no output is lost.</summary>
    Task<IDynoTerminal> AttachAsync(Guid id, CancellationToken ct);

    /// <summary>What the dyno wrote, in order, from a position on; ends when the dyno has exited and all was read. One reader at a time.</summary>
    /// <param name="position">0, or the <see cref="DynoOutput.Position"/> of the last piece that was handled before a restart.</param>
    IAsyncEnumerable<DynoOutput> ReadOutputAsync(Guid id, long position, CancellationToken ct);

    /// <summary>Completes when the dyno's main process has ended, also if it ended while we were away.</summary>
    Task<DynoExit> WaitAsync(Guid id, CancellationToken ct);

    /// <summary>Sends a signal to every process of the dyno except its init, so that each gets it once. Does nothing when it has ended.</summary>
    Task SignalAsync(Guid id, DynoSignal signal, CancellationToken ct);

    /// <summary>Kills whatever is left and removes every trace: processes, mounts, network, limits, files. Idempotent.</summary>
    Task DestroyAsync(Guid id, CancellationToken ct);

    /// <summary>Bytes of memory in use now, or null when it has ended or cannot be known.</summary>
    Task<long?> ReadMemoryAsync(Guid id, CancellationToken ct);
}

/// <summary>What a driver can do.</summary>
/// <param name="Name"><c>runc</c>, <c>process</c>.</param>
/// <param name="Isolated">Dynos cannot see each other or the machine. False only for <c>process</c>, which warns loudly.</param>
/// <param name="EnforcesLimits">Memory, CPU, process and disk limits hold.</param>
public sealed record EngineCapabilities(string Name, bool Isolated, bool EnforcesLimits);

/// <summary>The signals that the dyno manager sends.</summary>
public enum DynoSignal
{
    Hangup = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}
