using Renga.Engines.Native;
using Renga.Engines.Runc;
using Renga.Processes;

namespace Renga.Engines;

/// <summary>Says whether this machine can run isolated dynos.</summary>
public static class EngineProbe
{
    private static readonly string[] RuncPrograms = ["runc", "conmon", "catatonit", "ip", "nft", "mke2fs", "mksquashfs", "unshare", "cp", "rm", "env"];
    private static readonly string[] ProcessPrograms = ["conmon", "unsquashfs", "setsid", "mkfifo", "rm", "env"];
    private static readonly string[] FileSystems = ["overlay", "squashfs", "ext4"];

    /// <summary>Why the <c>runc</c> engine cannot work here, in words for the operator; empty when it can.</summary>
    public static async Task<IReadOnlyList<string>> RuncAsync(CancellationToken ct)
    {
        var problems = new List<string>();
        if (Libc.EffectiveUser() != 0)
            problems.Add("Isolated dynos need root: run it as root, or use --engine process.");
        problems.AddRange(Missing(RuncPrograms));
        if (problems.Count > 0)
            return problems;

        foreach (var type in FileSystems)
        {
            if (!await HasFileSystemAsync(type, ct))
                problems.Add($"The kernel has no {type} file system.");
        }

        if (!File.Exists("/dev/loop-control"))
            problems.Add("There is no /dev/loop-control, so images cannot be mounted.");
        problems.AddRange(CgroupProblems());
        var namespaces = await ProcessRunner.RunAsync(Command.Of("unshare", "--user", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork", "true"), ct);
        if (!namespaces.Succeeded)
            problems.Add("Namespaces cannot be made here: " + namespaces.Error.Trim());
        var rules = await ProcessRunner.RunAsync(Command.Of("nft", "list", "tables"), ct);
        if (!rules.Succeeded)
            problems.Add("Firewall rules cannot be set here: " + rules.Error.Trim());
        return problems;
    }

    /// <summary>Why the <c>process</c> engine cannot work here; empty when it can.</summary>
    public static IReadOnlyList<string> Process() => [.. Missing(ProcessPrograms)];

    private static IEnumerable<string> Missing(string[] programs) => programs.Where(static p => Programs.Find(p) is null).Select(static p => $"The program {p} is not installed.");

    private static async Task<bool> HasFileSystemAsync(string type, CancellationToken ct)
    {
        if (IsListed(type))
            return true;
        if (Programs.Find("modprobe") is { } modprobe)
            await ProcessRunner.RunAsync(Command.Of(modprobe, type), ct);
        return IsListed(type);
    }

    private static bool IsListed(string type) => File.ReadLines("/proc/filesystems").Any(l => l.EndsWith("\t" + type, StringComparison.Ordinal));

    private static IEnumerable<string> CgroupProblems()
    {
        var groups = Cgroups.Detect();
        foreach (var controller in new[] { "memory", "pids", "cpu" })
        {
            if (!groups.Has(controller))
                yield return $"There is no control group for {controller}, so limits would not hold.";
        }
    }
}
