using System.Globalization;
using Renga.Engines.Native;

namespace Renga.Engines.State;

/// <summary>A process for good: its number is used again some day, but not with the same start time in the same boot.</summary>
internal sealed record ProcessIdentity(int Pid, long StartTicks, string Boot)
{
    private static readonly string CurrentBoot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Null when there is no such process now.</summary>
    public static ProcessIdentity? Find(int pid) => ProcessStat.Read(pid) is { } stat ? new(pid, stat.StartTicks, CurrentBoot) : null;

    /// <summary>Kills it, if it runs, and waits until it is gone.</summary>
    public async Task KillAsync(TimeProvider time, CancellationToken ct)
    {
        while (IsAlive)
        {
            _ = Libc.Kill(Pid, (int)DynoSignal.Kill);
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, ct);
        }
    }

    /// <summary>Kills what is left of the session that it leads or led: background processes outlive a dyno's main process.</summary>
    public void KillSession()
    {
        // The number stays the session's while anything of it lives; another process that has it now began a session of its own.
        if (Boot != CurrentBoot || (ProcessStat.Read(Pid) is { } now && now.StartTicks != StartTicks))
            return;
        foreach (var process in ProcessStat.All().Where(p => p.Session == Pid))
            _ = Libc.Kill(process.Pid, (int)DynoSignal.Kill);
    }

    /// <summary>It runs (a zombie does not).</summary>
    public bool IsAlive => Boot == CurrentBoot && ProcessStat.Read(Pid) is { State: not ('Z' or 'X') } stat && stat.StartTicks == StartTicks;
}

/// <summary>What /proc/PID/stat says.</summary>
internal readonly record struct ProcessStat(int Pid, int Parent, int Session, char State, long StartTicks)
{
    public static ProcessStat? Read(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name in parentheses may hold anything, so fields are counted from the last parenthesis.
        var end = text.LastIndexOf(')');
        if (end < 0 || text.Length < end + 2)
            return null;
        var fields = text[(end + 2)..].Split(' ');
        return new(pid, int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture), fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>Every process of the machine.</summary>
    public static IEnumerable<ProcessStat> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } stat)
                yield return stat;
        }
    }

    /// <summary>The process was started with this argument.</summary>
    public static bool HasArgument(int pid, string argument)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).Split('\0').Contains(argument);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Memory that a process has in use now.</summary>
    public static long ResidentBytes(int pid)
    {
        try
        {
            var pages = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/statm")).Split(' ')[1];
            return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Everything that descends from a process, nearest first.</summary>
    public static List<ProcessStat> DescendantsOf(int root)
    {
        var children = All().ToLookup(static s => s.Parent);
        var found = new List<ProcessStat>(children[root]);
        for (var i = 0; i < found.Count; i++)
            found.AddRange(children[found[i].Pid]);
        return found;
    }
}
