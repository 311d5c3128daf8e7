using System.Collections.Immutable;

namespace Renga.Engines;

/// <summary>A dyno to be made. Plain data, persisted by the engine, and given back by <see cref="IDynoEngine.RecoverAsync"/>.</summary>
public sealed record DynoSpec
{
    /// <summary>New at every start.</summary>
    public required Guid Id { get; init; }

    /// <summary>What the dyno manager wants to know again after a restart: app, name, type, release ... The engine does not read it.</summary>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>The dyno's host name inside, and part of names that an operator sees.</summary>
    public required string Hostname { get; init; }

    /// <summary>
    /// The program and its arguments. No shell is implied. The engine runs them as an unprivileged user in /app (<c>process</c>: in the dyno's own app folder).
    /// </summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The whole environment. The engine sets HOME, and PORT when <see cref="ListensOnPort"/>.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>A slug image (squashfs) to put under /app, with a private writable layer over it; null for an empty, writable /app.</summary>
    public string? SlugImage { get; init; }

    /// <summary>The stack whose programs it sees; <c>host</c> is the machine's own.</summary>
    public string Stack { get; init; } = "host";

    /// <summary>The stack's root file system, a squashfs image; null for the machine's own.</summary>
    public string? StackImage { get; init; }

    public required DynoLimits Limits { get; init; }

    /// <summary>It serves HTTP: it gets a port in PORT, and <see cref="CreatedDyno.Endpoint"/> says where.</summary>
    public bool ListensOnPort { get; init; }

    /// <summary>Someone will attach: with a pseudo terminal, or with plain pipes. Null for a dyno whose output is only logged.</summary>
    public InteractiveMode? Interactive { get; init; }

    /// <summary>Folders and files of this machine that appear inside.</summary>
    public ImmutableArray<DynoMount> Mounts { get; init; } = [];
}

/// <summary>How an attached dyno talks.</summary>
/// <param name="Terminal">True for a pseudo terminal, false for pipes.</param>
/// <param name="Columns">Width at the start.</param>
/// <param name="Rows">Height at the start.</param>
public sealed record InteractiveMode(bool Terminal, int Columns = 80, int Rows = 24);

/// <summary>What a dyno may use.</summary>
/// <param name="MemoryBytes">Hard limit; past it the kernel kills inside the dyno.</param>
/// <param name="CpuShares">Weight under contention; 1024 is one share.</param>
/// <param name="MaxProcesses">Processes and threads.</param>
/// <param name="DiskBytes">Of everything it writes.</param>
/// <param name="MemorySoftBytes">From here on the kernel takes back what it can, and slows the dyno down where it can; null for no such step before the limit.</param>
/// <param name="IoWeight">Weight of its disk access under contention, 1 to 1000, where the disk's scheduler has weights; null for the usual one, 100.</param>
public sealed record DynoLimits(long MemoryBytes, int CpuShares, int MaxProcesses, long DiskBytes, long? MemorySoftBytes = null, int? IoWeight = null);

/// <summary>A folder or file of this machine inside a dyno.</summary>
/// <param name="Source">Absolute path on this machine.</param>
/// <param name="Target">Absolute path inside. The <c>process</c> engine replaces arguments that equal it, and points environment at the source.</param>
/// <param name="ReadOnly">The dyno cannot write.</param>
/// <param name="DiskImage">When not null, <see cref="Source"/> is a file holding a file system of at most this many bytes that persists between dynos (made when missing), mounted so that the dyno's user owns it.</param>
public sealed record DynoMount(string Source, string Target, bool ReadOnly, long? DiskImage = null);
