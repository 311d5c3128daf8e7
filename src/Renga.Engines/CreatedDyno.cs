using System.Net;

namespace Renga.Engines;

/// <summary>A dyno that is ready to start.</summary>
/// <param name="Endpoint">Where it will serve HTTP, when it does.</param>
/// <param name="WorkFolder">
/// Where the dyno's writable files are seen from this machine: <c>app</c> and <c>tmp</c> below it. Its content is hostile: read it only after the dyno has ended,
/// and never follow a link in it.
/// </param>
public sealed record CreatedDyno(Guid Id, IPEndPoint? Endpoint, string WorkFolder);

/// <summary>A dyno found after a restart of ours.</summary>
/// <param name="Started">False for one that was created and never started.</param>
/// <param name="Exit">How it ended, when it did.</param>
/// <param name="OutputPosition">The last acknowledged position.</param>
public sealed record RecoveredDyno(DynoSpec Spec, CreatedDyno Created, DateTimeOffset CreatedAt, bool Started, DynoExit? Exit, long OutputPosition);

/// <summary>How a dyno ended.</summary>
/// <param name="Status">Exit status, or 128 + signal.</param>
/// <param name="OutOfMemory">The kernel killed it, or part of it, for its memory.</param>
public sealed record DynoExit(int Status, bool OutOfMemory, DateTimeOffset At)
{
    /// <summary>The kernel refused it a process or thread at least once, for its limit.</summary>
    public bool OutOfProcesses { get; init; }
}

/// <summary>A piece of what a dyno wrote.</summary>
/// <param name="Position">Where to go on after this piece.</param>
/// <param name="Time">When the supervisor read it.</param>
/// <param name="IsError">From stderr.</param>
/// <param name="Bytes">Valid until the next piece.</param>
/// <param name="EndsLine">False when the line goes on in the next piece of the same stream.</param>
public readonly record struct DynoOutput(long Position, DateTimeOffset Time, bool IsError, ReadOnlyMemory<byte> Bytes, bool EndsLine);

/// <summary>
/// Remembers how far a dyno's output was handled, so that a restart loses no line and repeats none. After a kill, what was handled since the last
/// call comes again. Every engine implements it.
/// </summary>
public interface IOutputCursor
{
    void Acknowledge(Guid id, long position);
}

/// <summary>The two directions of an attached dyno.</summary>
public interface IDynoTerminal : IAsyncDisposable
{
    /// <summary>Reads what the dyno wrote (with pipes: stdout and stderr together, in order); 0 when it has ended.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct);

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    /// <summary>With pipes: closes the dyno's stdin. With a terminal: does nothing, since byte 0x04 goes through.</summary>
    ValueTask CloseInputAsync(CancellationToken ct);
}
