using Renga.Model;
using Renga.Model.Slugs;
using Renga.Processes;

namespace Renga.Builds.Slugs;

/// <summary>Slug images in one folder, named by the slug's id. An image appears whole or not at all.</summary>
internal sealed class SlugStore : ISlugStore
{
    private const string DraftSuffix = ".draft";
    private readonly string _folder;

    public SlugStore(BuildsOptions options)
    {
        _folder = options.SlugsFolder;
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Where an image is written before it is put: on the same file system.</summary>
    public string DraftPath(Guid slugId) => PathOf(slugId) + DraftSuffix;

    public Result<string> Locate(Guid slugId) => File.Exists(PathOf(slugId)) ? PathOf(slugId) : Refusal.NotFound("slug");

    public async Task<string> PutAsync(Guid slugId, string imagePath, CancellationToken ct)
    {
        using (var image = File.OpenHandle(imagePath, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(image);
        File.Move(imagePath, PathOf(slugId), overwrite: true);
        // The rename itself is on disk only when its folder is.
        await ProcessRunner.RunCheckedAsync(Command.Of("sync", _folder), ct);
        return PathOf(slugId);
    }

    public void Delete(Guid slugId) => File.Delete(PathOf(slugId));

    /// <summary>Forgets what builds left that were under way when the platform died.</summary>
    public void RemoveDrafts()
    {
        foreach (var draft in Directory.EnumerateFiles(_folder, "*" + DraftSuffix))
            File.Delete(draft);
    }

    private string PathOf(Guid slugId) => Path.Combine(_folder, $"{slugId:D}.squashfs");
}
