namespace Renga.Server.Configuration;

/// <summary>The layout of the data folder: the only place that knows it.</summary>
internal sealed class PlatformFolder
{
    public PlatformFolder(string path)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Root = Resolve(path);
        PlatformId = Engines.PlatformId.Of(Root);
    }

    public string Root { get; }

    /// <summary>Eight hex digits that mark everything machine-wide as this platform's: cgroups, network namespaces, links, tables.</summary>
    public string PlatformId { get; }

    public string Database => Path.Combine(Root, "renga.db");

    public string SecretKey => Path.Combine(Root, "secret.key");

    public string Certificates => Folder("ca");

    public string Git => Folder("git");

    public string Ssh => Folder("ssh");

    public string Slugs => Folder("slugs");

    /// <summary>Everyone may pass: the dynos that are on a stack do.</summary>
    public string Stacks => Folder("stacks");

    public string Cache => Folder("cache");

    /// <summary>What builds said.</summary>
    public string Builds => Folder("builds");

    public string Sources => Folder("sources");

    public string Dynos => Folder("dynos");

    public string Logs => Folder("logs");

    public string Run => Folder("run");

    /// <summary>Where a router that runs apart answers the control side.</summary>
    public string RouterSocket => Path.Combine(Run, "router.sock");

    /// <summary>Where the control side takes log lines of a router that runs apart.</summary>
    public string LogSocket => Path.Combine(Run, "logs.sock");

    public string Routes => Path.Combine(Root, "routes.json");

    /// <summary>The operator's names for buildpacks; may be missing.</summary>
    public string Buildpacks => Path.Combine(Root, "buildpacks.json");

    public string EnvironmentFile => Path.Combine(Root, "env.sh");

    /// <summary>A folder for what exists only while the platform runs, one per component.</summary>
    public string RunOf(string component) => Directory.CreateDirectory(Path.Combine(Run, component)).FullName;

    public string ProcessId(string name) => Path.Combine(Run, name + ".pid");

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>The real path, so that the same folder by another name is the same platform.</summary>
    private static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        return new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
    }
}
