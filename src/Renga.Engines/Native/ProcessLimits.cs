using System.Globalization;

namespace Renga.Engines.Native;

/// <summary>Our own limits, which our children may lower and never raise.</summary>
internal static class ProcessLimits
{
    private const long Most = 65536;

    /// <summary>Open files that a dyno may have.</summary>
    public static long OpenFiles()
    {
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(static l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? Math.Min(limit, Most) : Most;
    }
}
