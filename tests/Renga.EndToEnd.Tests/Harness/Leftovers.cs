using System.Security.Cryptography;
using System.Text;
using Renga.Processes;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>Looks over the machine for anything of a platform: mounts, loop devices, network namespaces, links, rules, control groups, processes.</summary>
internal static class Leftovers
{
    public static async Task<IReadOnlyList<string>> FindAsync(string dataFolder)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(dataFolder))))[..8];
        var found = new List<string>();
        found.AddRange(Matching("mount", await File.ReadAllLinesAsync("/proc/self/mountinfo"), id, dataFolder));
        found.AddRange(Matching("network namespace", Names("/run/netns"), id, dataFolder));
        found.AddRange(Matching("link", Names("/sys/class/net"), id, dataFolder));
        found.AddRange(Matching("loop device", await LinesAsync(Command.Of("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE")), id, dataFolder));
        found.AddRange(Matching("rules", await LinesAsync(Command.Of("nft", "list", "tables")), id, dataFolder));
        found.AddRange(Matching("control group", ControlGroups("/sys/fs/cgroup", depth: 6), id, dataFolder));
        found.AddRange(Matching("process", Processes(), id, dataFolder));
        return found;
    }

    private static IEnumerable<string> Matching(string kind, IEnumerable<string> lines, string id, string dataFolder) =>
        lines.Where(l => l.Contains(id, StringComparison.Ordinal) || l.Contains(dataFolder, StringComparison.Ordinal)).Select(l => $"{kind}: {l}");

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder) : [];

    private static async Task<IEnumerable<string>> LinesAsync(Command command)
    {
        try
        {
            return (await ProcessRunner.RunAsync(command, CancellationToken.None)).Output.Split('\n');
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // A machine without the program has nothing that it could list.
            return [];
        }
    }

    private static IEnumerable<string> ControlGroups(string folder, int depth)
    {
        if (depth == 0 || !Directory.Exists(folder))
            return [];
        try
        {
            return Directory.GetDirectories(folder).SelectMany(d => ControlGroups(d, depth - 1).Prepend(d));
        }
        catch (IOException)
        {
            // It went while we looked.
            return [];
        }
    }

    private static IEnumerable<string> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(static d => Path.GetFileName(d).All(char.IsAsciiDigit)))
        {
            var line = "";
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or is not ours to see.
            }

            if (line.Length > 0)
                yield return $"{Path.GetFileName(folder)} {line}";
        }
    }
}
