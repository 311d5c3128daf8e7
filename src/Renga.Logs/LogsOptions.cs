namespace Renga.Logs;

/// <summary>Settings of the log fabric. Set once at start.</summary>
public sealed record LogsOptions
{
    /// <summary>Where channels keep their history: a folder per app below it.</summary>
    public required string Folder { get; init; }

    /// <summary>Lines of each channel that stay in memory, and the most that a session may ask for (default 1,500).</summary>
    public int LinesInMemory { get; init; } = 1500;

    /// <summary>Bytes of one line's text; a longer one becomes several (default 10,000).</summary>
    public int LineBytes { get; init; } = 10_000;

    /// <summary>Lines that wait for one slow tail before the oldest are dropped and L11 says so (default 1,024).</summary>
    public int TailLines { get; init; } = 1024;

    /// <summary>Tails open at one time, over all apps (default 1,000).</summary>
    public int MaxTails { get; init; } = 1000;

    /// <summary>Bytes of lines of all channels together; past it the longest unused channels leave memory, and come back from disk when read (default 256 MiB).</summary>
    public long MemoryBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes of one channel that may wait to be written to disk before lines are lost to history and L12 says so (default 16 MiB).</summary>
    public int PendingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of history on disk per app (default 1 GiB). The oldest half goes when it is full.</summary>
    public long DiskBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How long the secret of a log session is valid while nobody reads (default 5 minutes).</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Log sessions known at one time; past it the oldest that nobody reads is forgotten (default 10,000).</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>How often a silent tail gets a comment, so that nothing between closes it (default 20 s).</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);
}
