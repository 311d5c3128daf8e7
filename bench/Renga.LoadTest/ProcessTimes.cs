using System.Globalization;

namespace Renga.LoadTest;

/// <summary>CPU time and memory of a process and its children, from /proc.</summary>
internal static class ProcessTimes
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of user and system time, all threads, children that live included.</summary>
    public static double CpuSeconds(int pid) => Tree(pid).Sum(static p => Stat(p) is { } fields
        ? (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0);

    /// <summary>Resident memory in MiB.</summary>
    public static double Megabytes(int pid) => Tree(pid).Sum(static p => Stat(p) is { } fields
        ? double.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize / 1024 / 1024
        : 0);

    private static IEnumerable<int> Tree(int pid)
    {
        yield return pid;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var child) && Stat(child) is { } fields && int.Parse(fields[1], CultureInfo.InvariantCulture) == pid)
                yield return child;
        }
    }

    /// <summary>The fields after the command's name, which is the only one that may hold spaces; null when the process has ended.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
