namespace Renga.Engines.Runc;

/// <summary>The root of a dyno: empty folders and links. Whatever has something in it is mounted there.</summary>
internal static class DynoRoot
{
    private static readonly string[] Folders = ["app", "dev", "etc", "home", "mnt", "opt", "proc", "root", "run", "srv", "sys/fs/cgroup", "tmp", "usr", "var", "var/cache", "var/lib", "var/log"];

    private static readonly (string Name, string Target)[] Links = [("var/run", "/run"), ("var/lock", "/run/lock"), ("var/tmp", "/tmp")];

    /// <summary>Makes a root with a place for each part of the stack and each mount. What is there stays.</summary>
    public static void Make(string root, StackLayout stack, IEnumerable<DynoMount> mounts)
    {
        foreach (var folder in Folders)
            Directory.CreateDirectory(Path.Combine(root, folder));
        foreach (var (name, target) in Links.Concat(stack.Links))
            MakeLink(Path.Combine(root, name), target);
        foreach (var part in stack.Parts.Where(static p => Directory.Exists(p.Source)))
            Directory.CreateDirectory(root + part.Target);
        foreach (var mount in mounts)
            MakeMountPoint(root, mount);
    }

    private static void MakeLink(string path, string target)
    {
        if (new FileInfo(path).LinkTarget is null)
            File.CreateSymbolicLink(path, target);
    }

    private static void MakeMountPoint(string root, DynoMount mount)
    {
        var path = Path.Combine(root, mount.Target.TrimStart('/'));
        if (mount.DiskImage is not null || Directory.Exists(mount.Source))
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
            File.WriteAllBytes(path, []);
    }
}
