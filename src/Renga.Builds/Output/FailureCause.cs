using System.Globalization;
using Renga.Builds.Compiling;

namespace Renga.Builds.Output;

/// <summary>The limit that a build hit, in one sentence for the pusher. Facts come first (the kernel's counters, the disk as our script found it), words of tools only after them.</summary>
internal static class FailureCause
{
    // What the kernel's refusals look like in the words of common tools.
    private static readonly string[] DiskFull = ["No space left on device", "ENOSPC", "Disk quota exceeded", "There is not enough space on the disk"];
    private static readonly string[] TooManyProcesses = ["Resource temporarily unavailable", "can't start new thread", "Cannot fork", "EAGAIN", "pthread_create"];

    /// <summary>The sentence that explains a limit that was hit; null when none was.</summary>
    public static string? Limit(BuildDynoEnd end, IEnumerable<string> tail, BuildsOptions options)
    {
        if (end.TimedOut)
            return string.Create(CultureInfo.InvariantCulture, $"The build took longer than {Duration(options.Timeout)} and was stopped.");
        if (end.TooLoud)
            return $"The build wrote more than {ByteSize.Format(options.StopOutputBytes)} of output and was stopped.";
        if (end.OutOfMemory)
            return $"The build needed more than its {ByteSize.Format(options.MemoryBytes)} of memory and was stopped.";
        var lines = tail.ToArray();
        if ((RunnerStatus)end.Status == RunnerStatus.CacheFull)
            return $"The build filled its cache: it may write {ByteSize.Format(options.CacheBytes)} there. If nothing of it is large, the cache may hold what no build needs any more; purge it and push again.";
        if ((RunnerStatus)end.Status == RunnerStatus.DiskFull || Mentions(lines, DiskFull))
            return $"The build filled its disk: it may write {ByteSize.Format(options.DiskBytes)}, and {ByteSize.Format(options.CacheBytes)} to its cache.";
        if (end.OutOfProcesses || Mentions(lines, TooManyProcesses))
            return string.Create(CultureInfo.InvariantCulture, $"The build started too many processes: it may have {options.MaxProcesses} at one time.");
        return null;
    }

    private static bool Mentions(string[] lines, string[] words) =>
        lines.Any(l => words.Any(w => l.Contains(w, StringComparison.Ordinal)));

    private static string Duration(TimeSpan time) =>
        time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} minutes") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} seconds");
}
