using Renga.Model;
using Renga.Model.Slugs;
using Renga.Processes;

namespace Renga.Builds.Slugs;

/// <summary>Slug images in one folder, named by the digest of its content. An image appears whole or not at all.</summary>
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
    public string DraftPath(Guid slugId) => Path.Combine(_folder, slugId.ToString("D") + DraftSuffix);

    public Result<string> Locate(string image) => File.Exists(PathOf(image)) ? PathOf(image) : Refusal.NotFound("slug");

    public async Task<string> PutAsync(string image, string path, CancellationToken ct)
    {
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(file);
        File.Move(path, PathOf(image), overwrite: true);
        // The rename itself is on disk only when its folder is.
        await ProcessRunner.RunCheckedAsync(Command.Of("sync", _folder), ct);
        return PathOf(image);
    }

    public void Delete(string image) => File.Delete(PathOf(image));

    /// <summary>Forgets what builds left that were under way when the platform died.</summary>
    public void RemoveDrafts()
    {
        foreach (var draft in Directory.EnumerateFiles(_folder, "*" + DraftSuffix))
            File.Delete(draft);
    }

    private string PathOf(string image) => Path.Combine(_folder, $"{image}.squashfs");
}
