using System.Collections.Immutable;
using System.Globalization;
using Renga.Engines.Native;

namespace Renga.Engines.Runc;

/// <summary>Where the machine's control groups are: version 1 (one tree per controller), version 2 (one tree), or both side by side.</summary>
/// <param name="Controllers">Controller to mount point; only for version 1. A named tree is called <c>name=systemd</c>.</param>
/// <param name="Unified">The mount point of version 2, when there is one.</param>
internal sealed record Cgroups(ImmutableSortedDictionary<string, string> Controllers, string? Unified)
{
    /// <summary>Trees that a supervisor leaves ours in. Others (cpuset) need values before a process may enter, and hold nothing that would end it.</summary>
    private static readonly string[] SupervisorTrees = ["cpu", "freezer", "memory", "name=systemd", "pids"];

    /// <summary>The memory controller decides which version rules.</summary>
    public bool IsUnified => !Controllers.ContainsKey("memory");

    public static Cgroups Detect() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    internal static Cgroups Parse(string mountInfo)
    {
        var controllers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? unified = null;
        foreach (var line in mountInfo.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // 36 25 0:31 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            var parts = line.Split(" - ");
            var point = parts[0].Split(' ')[4];
            var file = parts[^1].Split(' ');
            if (file[0] == "cgroup2")
                unified ??= point;
            if (file[0] != "cgroup")
                continue;
            foreach (var option in file[2].Split(','))
                controllers.TryAdd(option, point);
        }

        return new(controllers.ToImmutable(), unified);
    }

    /// <summary>A controller can be used.</summary>
    public bool Has(string controller) =>
        Controllers.ContainsKey(controller) || (Unified is not null && File.ReadAllText(Unified + "/cgroup.controllers").Split([' ', '\n']).Contains(controller));

    /// <summary>The files a process writes its number into to be in a group, and so outside of ours. The groups are made.</summary>
    public ImmutableArray<string> Enter(string group)
    {
        var trees = SupervisorTrees.Select(t => Controllers.GetValueOrDefault(t)).Append(Unified).OfType<string>().Distinct();
        var files = ImmutableArray.CreateBuilder<string>();
        foreach (var tree in trees)
        {
            Directory.CreateDirectory(tree + group);
            files.Add(tree + group + "/cgroup.procs");
        }

        return files.ToImmutable();
    }

    /// <summary>Sets what the runtime does not know, as far as the kernel does: an old scheduler of a disk has no weights.</summary>
    public void Apply(string group, DynoLimits limits)
    {
        foreach (var (file, value) in Settings(group, limits).Where(static s => File.Exists(s.File)))
            File.WriteAllText(file, value);
    }

    /// <summary>Files of a group, and what to write to them. Which of the files for a disk's weight is there depends on its scheduler.</summary>
    internal IEnumerable<(string File, string Value)> Settings(string group, DynoLimits limits)
    {
        if (limits.MemorySoftBytes is { } bytes)
            yield return (Tree("memory") + group + (IsUnified ? "/memory.high" : "/memory.soft_limit_in_bytes"), bytes.ToString(CultureInfo.InvariantCulture));
        if (limits.IoWeight is not { } number)
            yield break;
        var weight = number.ToString(CultureInfo.InvariantCulture);
        if (Controllers.TryGetValue("blkio", out var blkio))
        {
            yield return (blkio + group + "/blkio.bfq.weight", weight);
        }
        else if (Unified is not null)
        {
            yield return (Unified + group + "/io.weight", "default " + weight);
            yield return (Unified + group + "/io.bfq.weight", weight);
        }
    }

    public IReadOnlyList<int> Processes(string group)
    {
        try
        {
            return [.. File.ReadAllLines(Tree("pids") + group + "/cgroup.procs").Select(static l => int.Parse(l, CultureInfo.InvariantCulture)).Where(static p => p > 0)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Bytes in use, without what the kernel keeps cached and would give back.</summary>
    public long? MemoryInUse(string group)
    {
        var folder = Tree("memory") + group;
        var used = ReadNumber(folder + (IsUnified ? "/memory.current" : "/memory.usage_in_bytes"));
        var cached = ReadField(folder + "/memory.stat", IsUnified ? "inactive_file" : "total_inactive_file") ?? 0;
        return used is null ? null : Math.Max(0, used.Value - cached);
    }

    /// <summary>The kernel has killed in this group for its memory limit.</summary>
    public bool RanOutOfMemory(string group) =>
        ReadField(Tree("memory") + group + (IsUnified ? "/memory.events" : "/memory.oom_control"), "oom_kill") > 0;

    /// <summary>The kernel has refused a process in this group for its limit.</summary>
    public bool RanOutOfProcesses(string group) => ReadField(Tree("pids") + group + "/pids.events", "max") > 0;

    /// <summary>Whether limits on swap can be set.</summary>
    public bool LimitsSwap => IsUnified || File.Exists(Controllers["memory"] + "/memory.memsw.limit_in_bytes");

    /// <summary>Removes a group and those below it in every tree.</summary>
    public void Remove(string group)
    {
        foreach (var tree in Controllers.Values.Append(Unified).OfType<string>().Distinct())
            RemoveFolder(tree + group);
    }

    /// <summary>Groups directly below one, in any tree.</summary>
    public IReadOnlyList<string> Below(string group) =>
        [.. Controllers.Values.Append(Unified).OfType<string>().Distinct().Select(t => t + group).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(static d => Path.GetFileName(d)).Distinct()];

    private string Tree(string controller) => Controllers.GetValueOrDefault(controller) ?? Unified ?? throw new EngineException($"This machine has no control group for {controller}.");

    private static void RemoveFolder(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var below in Directory.EnumerateDirectories(folder))
            RemoveFolder(below);
        if (Libc.RemoveFolder(folder) < 0 && Directory.Exists(folder))
            throw Libc.Failed($"remove {folder}");
    }

    private static long? ReadNumber(string path)
    {
        try
        {
            return long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long? ReadField(string path, string name)
    {
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name, StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
            }
        }
        catch (IOException)
        {
            // The group is gone, and what it knew with it.
        }

        return null;
    }
}
