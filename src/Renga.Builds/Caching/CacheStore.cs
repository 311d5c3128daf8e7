using System.Collections.Concurrent;
using Renga.Builds.Results;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Builds.Caching;

/// <summary>
/// Build caches, a disk image per app. A build works on a copy, which takes the original's place when the build succeeds: whatever a failed build did to its
/// cache is gone with it. Copies keep holes and share blocks where the file system can, so they cost what the cache holds.
/// </summary>
internal sealed class CacheStore : IBuildCaches
{
    private const string DraftMark = ".img.build-";
    private readonly string _folder;

    /// <summary>Builds under way, by app: their copies, unless the cache was purged meanwhile.</summary>
    private readonly ConcurrentDictionary<Guid, Guid> _drafts = new();

    public CacheStore(BuildsOptions options)
    {
        _folder = options.CacheFolder;
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The path of this build's copy; nothing is there yet when the app has no cache.</summary>
    public async Task<string> BeginAsync(Guid appId, Guid buildId, CancellationToken ct)
    {
        var draft = DraftOf(appId, buildId);
        _drafts[appId] = buildId;
        try
        {
            foreach (var (from, suffix) in Parts(ImageOf(appId)))
                await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--archive", "--reflink=auto", "--sparse=auto", from, draft + suffix), ct);
            return draft;
        }
        catch
        {
            // Cancelled, or the disk is full.
            Discard(appId, buildId);
            throw;
        }
    }

    /// <summary>The copy becomes the cache, unless that was purged since. Call when no dyno uses it any more.</summary>
    public void Commit(Guid appId, Guid buildId)
    {
        if (!_drafts.TryRemove(new(appId, buildId)))
        {
            Discard(appId, buildId);
            return;
        }

        var draft = DraftOf(appId, buildId);
        var image = ImageOf(appId);
        foreach (var (from, suffix) in Parts(draft))
        {
            if (Directory.Exists(image + suffix))
                Directory.Delete(image + suffix, recursive: true);
            if (Directory.Exists(from))
                Directory.Move(from, image + suffix);
            else
                File.Move(from, image + suffix, overwrite: true);
        }
    }

    /// <summary>Forgets the copy.</summary>
    public void Discard(Guid appId, Guid buildId)
    {
        _drafts.TryRemove(new(appId, buildId));
        Remove(DraftOf(appId, buildId));
    }

    public void Purge(Guid appId)
    {
        _drafts.TryRemove(appId, out _);
        Remove(ImageOf(appId));
    }

    public long SizeOf(Guid appId) => Parts(ImageOf(appId)).Sum(static part => DiskBytes(part.Path));

    /// <summary>Forgets what builds left that were under way when the platform died.</summary>
    public void RemoveDrafts()
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(_folder, $"*{DraftMark}*").ToArray())
            Remove(path);
    }

    /// <summary>Forgets the caches of apps that are gone.</summary>
    public void RemoveAllBut(IReadOnlySet<Guid> apps)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(_folder).ToArray())
        {
            if (Guid.TryParse(Path.GetFileName(path).Split('.')[0], out var appId) && !apps.Contains(appId))
                Remove(ImageOf(appId));
        }
    }

    // An engine without file systems of its own keeps a folder beside the image's file.
    private static IEnumerable<(string Path, string Suffix)> Parts(string image)
    {
        foreach (var suffix in new[] { ".folder", "" })
        {
            if (Path.Exists(image + suffix))
                yield return (image + suffix, suffix);
        }
    }

    private static void Remove(string image)
    {
        foreach (var (path, _) in Parts(image))
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
    }

    private static long DiskBytes(string path)
    {
        if (!Directory.Exists(path))
            return Native.DiskBytes(path);
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        return new DirectoryInfo(path).EnumerateFiles("*", everything).Sum(static file => Native.DiskBytes(file.FullName));
    }

    private string ImageOf(Guid appId) => Path.Combine(_folder, $"{appId:D}.img");

    private string DraftOf(Guid appId, Guid buildId) => Path.Combine(_folder, $"{appId:D}{DraftMark}{buildId:N}");
}
