using System.Collections.Immutable;

namespace Renga.Builds;

/// <summary>Settings of the slug compiler.</summary>
public sealed record BuildsOptions
{
    private const long Mebi = 1024 * 1024;

    /// <summary>Where slug images are kept; <c>DIR/slugs</c>.</summary>
    public required string SlugsFolder { get; init; }

    /// <summary>Where build caches are kept, one per app; <c>DIR/cache</c>.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Where the output of builds is kept, a folder per app; <c>DIR/builds</c>.</summary>
    public required string OutputsFolder { get; init; }

    /// <summary>Where uploaded sources are kept; <c>DIR/sources</c>.</summary>
    public required string SourcesFolder { get; init; }

    /// <summary>For what exists only while a build runs. Emptied at start; no other component uses it.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Our own buildpacks: a folder each, and <c>order</c>, the list of those that are tried when an app names none.</summary>
    public required string BuildpacksFolder { get; init; }

    /// <summary>The operator's names for buildpacks; <c>DIR/buildpacks.json</c>. Need not be there; null for none. Read at every use.</summary>
    public string? RegistryFile { get; init; }

    /// <summary>The address of an app, where <c>{host}</c> is its first host name: <c>http://{host}:8080/</c>.</summary>
    public required string AppUrl { get; init; }

    /// <summary>Folders on this machine whose buildpacks apps may use by path or file:// address. None by default, since a build can read what it is given.</summary>
    public ImmutableArray<string> LocalBuildpackFolders { get; init; } = [];

    /// <summary>Variables for every build: proxies, mirrors of package registries. They win over the defaults for a machine with a CA of its own.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Builds at one time; others wait. Default 2.</summary>
    public int MaxParallel { get; init; } = 2;

    /// <summary>Percent of time that something waits for memory, from which on no build is started. Default 20.</summary>
    public double MemoryPressure { get; init; } = 20;

    /// <summary>Percent of time that something waits for a processor, from which on no build is started beside another. Default 90.</summary>
    public double CpuPressure { get; init; } = 90;

    /// <summary>How long a build is held at most while the machine is under pressure. Default 1 minute.</summary>
    public TimeSpan MaxHold { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>No build starts unless the disk of the data folder has more than this left. Default 1 GB.</summary>
    public long MinFreeBytes { get; init; } = 1024 * Mebi;

    /// <summary>From the start of the build dyno to its end. Default 15 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Default 2 GB.</summary>
    public long MemoryBytes { get; init; } = 2048 * Mebi;

    /// <summary>From here on the kernel takes back what a build holds, and slows it down: fifteen sixteenths of its memory.</summary>
    public long MemorySoftBytes => MemoryBytes / 16 * 15;

    /// <summary>Processes and threads. Default 1,024.</summary>
    public int MaxProcesses { get; init; } = 1024;

    /// <summary>Of all that a build writes outside its cache. Default 4 GB.</summary>
    public long DiskBytes { get; init; } = 4096 * Mebi;

    /// <summary>Size of an app's cache. Default 2 GB.</summary>
    public long CacheBytes { get; init; } = 2048 * Mebi;

    /// <summary>Weight under contention: an eighth of a running standard dyno's, so that builds give way to apps. Alone they have the whole machine.</summary>
    public int CpuShares { get; init; } = 128;

    /// <summary>Weight of disk access under contention, where the disk's scheduler has weights: an app has 100.</summary>
    public int IoWeight { get; init; } = 25;

    /// <summary>Of all files of a source, as they say themselves: holes count. Default 2 GB less one byte.</summary>
    public long MaxSourceBytes { get; init; } = 2048 * Mebi - 1;

    /// <summary>Files, folders and links of a source. Default 150,000.</summary>
    public int MaxSourceFiles { get; init; } = 150_000;

    /// <summary>A compressed slug above this fails the build. Default 500 MB.</summary>
    public long MaxSlugBytes { get; init; } = 500 * Mebi;

    /// <summary>A compressed slug above this is warned of. Default 300 MB.</summary>
    public long WarnSlugBytes { get; init; } = 300 * Mebi;

    /// <summary>Releases with code, per app, whose slugs are kept for a rollback. What runs is always kept. Default 50.</summary>
    public int KeptReleases { get; init; } = 50;

    /// <summary>How long a slug is kept that was never released. Default 7 days.</summary>
    public TimeSpan UnreleasedSlugAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long an image is safe that was put for a slug of which the database does not know yet. Default 1 hour.</summary>
    public TimeSpan SlugGrace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Between two collections of slugs. Default 1 hour.</summary>
    public TimeSpan CollectEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of output shown and logged per build; the rest is counted. Default 16 MB.</summary>
    public long MaxOutputBytes { get; init; } = 16 * Mebi;

    /// <summary>A build that writes more output than this is stopped: reading it takes processor time from apps. Default 128 MB.</summary>
    public long StopOutputBytes { get; init; } = 128 * Mebi;

    /// <summary>Builds of an app whose output is kept. Default 100.</summary>
    public int KeptOutputs { get; init; } = 100;

    /// <summary>An uploaded archive above this is refused. Default 1 GB.</summary>
    public long MaxUploadBytes { get; init; } = 1024 * Mebi;

    /// <summary>How long an uploaded source is kept. Default a day.</summary>
    public TimeSpan SourceLife { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Files, folders and links in an uploaded slug. Default 200,000.</summary>
    public int MaxSlugEntries { get; init; } = 200_000;

    /// <summary>Bytes of an uploaded slug when unpacked. Default 4 GB.</summary>
    public long MaxUnpackedSlugBytes { get; init; } = 4096 * Mebi;
}
