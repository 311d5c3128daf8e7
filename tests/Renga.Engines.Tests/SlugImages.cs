using System.Globalization;
using Renga.Processes;

namespace Renga.Engines.Tests;

internal static class SlugImages
{
    /// <summary>A slug image as the slug compiler makes them.</summary>
    public static async Task<string> MakeAsync(string folder, IReadOnlyDictionary<string, string> files, CancellationToken ct)
    {
        var name = Path.Combine(folder, Guid.CreateVersion7().ToString("N"));
        foreach (var (path, content) in files)
        {
            var file = Path.Combine(name, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, ct);
        }

        var image = name + ".squashfs";
        var owner = CanonicalOwner.Id.ToString(CultureInfo.InvariantCulture);
        await ProcessRunner.RunCheckedAsync(Command.Of("mksquashfs", name, image, "-quiet", "-no-progress", "-no-xattrs", "-force-uid", owner, "-force-gid", owner), ct);
        return image;
    }
}
