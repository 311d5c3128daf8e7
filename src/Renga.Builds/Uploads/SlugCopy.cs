using System.Formats.Tar;

namespace Renga.Builds.Uploads;

/// <summary>Copies the entries of a checked archive as a slug has them: below the root, with plain modes, every folder before what is in it. In GNU's format, which the tool that makes the image reads best.</summary>
internal sealed class SlugCopy(SlugTree tree, TarWriter writer)
{
    /// <summary>rwxr-xr-x</summary>
    public const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Permissions = Open | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>What a slug keeps of a mode: no one becomes someone else by running a file.</summary>
    public static UnixFileMode Mode(UnixFileMode mode) => mode & Permissions;

    public async Task AddAsync(TarEntry entry, CancellationToken ct)
    {
        if (tree.PathOf(entry.Name) is not { Length: > 0 } path)
            return;

        // 1. Folders that the archive does not name, or names later.
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
            await FolderAsync(path[..slash], Open, entry.ModificationTime, ct);

        // 2. The entry itself.
        if (entry.EntryType == TarEntryType.Directory)
        {
            await FolderAsync(path, Mode(entry.Mode), entry.ModificationTime, ct);
            return;
        }

        var type = entry.EntryType == TarEntryType.V7RegularFile ? TarEntryType.RegularFile : entry.EntryType;
        var copy = new GnuTarEntry(type, path) { Mode = Mode(entry.Mode), ModificationTime = entry.ModificationTime };
        if (type == TarEntryType.RegularFile)
            copy.DataStream = entry.DataStream is { } data ? new SizedStream(data, entry.Length) : null;
        else
            copy.LinkName = type == TarEntryType.HardLink ? tree.PathOf(entry.LinkName)! : entry.LinkName;
        await writer.WriteEntryAsync(copy, ct);
    }

    private async Task FolderAsync(string path, UnixFileMode mode, DateTimeOffset time, CancellationToken ct)
    {
        if (_folders.Add(path))
            await writer.WriteEntryAsync(new GnuTarEntry(TarEntryType.Directory, path + "/") { Mode = mode | UnixFileMode.UserRead | UnixFileMode.UserExecute, ModificationTime = time }, ct);
    }
}
