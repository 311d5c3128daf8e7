using Renga.Engines.State;

namespace Renga.Engines.Runc;

/// <summary>Where the engine keeps what does not outlive a boot: mount points, roots, slots. Everyone may pass through these folders; what is private has its own rights.</summary>
internal sealed class RuncPaths(EnginesOptions options, string runFolder = "/run/renga")
{
    public string Run { get; } = runFolder;

    /// <summary>Everything of this platform.</summary>
    public string Platform { get; } = Path.Combine(runFolder, options.PlatformId);

    /// <summary>Shared by all platforms.</summary>
    public string Slots { get; } = Path.Combine(runFolder, "slots");

    public string Runtime => Path.Combine(Platform, "runc");

    public string Etc => Path.Combine(Platform, "etc");

    /// <summary>The root of dynos on the machine's own programs that have no mounts of their own.</summary>
    public string Root => Path.Combine(Platform, "root");

    /// <summary>Images of stacks, mounted, a folder each.</summary>
    public string Stacks => Path.Combine(Platform, "stacks");

    public string Dynos => Path.Combine(Platform, "dynos");

    /// <summary>Exists when a platform switched on forwarding, which the machine had off. Shared by all platforms.</summary>
    public string ForwardingMark => Path.Combine(Run, "ip_forward");

    public DynoPaths Of(DynoFolder folder) => new(Path.Combine(Dynos, folder.Name));
}

/// <summary>The mount points of one dyno.</summary>
internal sealed record DynoPaths(string Folder)
{
    /// <summary>Its root: only folders and links, everything else is mounted. Shared and read-only, unless its mounts need places of their own.</summary>
    public string RootFor(DynoSpec spec, StackLayout stack) => spec.Mounts.IsEmpty ? stack.Root : Path.Combine(Folder, "root");

    /// <summary>The slug, read-only, with its owners mapped.</summary>
    public string Slug => Path.Combine(Folder, "slug");

    /// <summary>The limited disk that takes everything it writes.</summary>
    public string Work => Path.Combine(Folder, "work");

    public string App => Path.Combine(Work, "app");

    public string Temporary => Path.Combine(Work, "tmp");

    public string Upper => Path.Combine(Work, "upper");

    public string OverlayWork => Path.Combine(Work, "overlay");

    public string Hosts => Path.Combine(Folder, "hosts");

    public string HostName => Path.Combine(Folder, "hostname");

    public string Mount(int index) => Path.Combine(Folder, "mount" + index.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
