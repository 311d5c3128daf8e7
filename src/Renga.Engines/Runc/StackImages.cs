using System.Security.Cryptography;
using System.Text;
using Renga.Engines.Native;

namespace Renga.Engines.Runc;

/// <summary>
/// The stacks that dynos are on. An image is mounted once, however many dynos share it, from its first dyno to its last; the mounts outlive us, and
/// <see cref="Adopt"/> and <see cref="RemoveUnused"/> find them again.
/// </summary>
internal sealed class StackImages(RuncPaths paths)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, string> _images = [];

    /// <summary>The stack that a new dyno is to be on; null is the machine's own.</summary>
    public StackLayout Take(Guid dyno, string? image)
    {
        if (image is null)
            return HostStack.Layout(paths);
        lock (_gate)
        {
            _images[dyno] = image;
            return Mount(image);
        }
    }

    /// <summary>A dyno of an earlier life of ours is on it.</summary>
    public void Adopt(Guid dyno, string? image)
    {
        if (image is null)
            return;
        lock (_gate)
            _images[dyno] = image;
    }

    /// <summary>The dyno is gone; the last one takes the mount with it.</summary>
    public void Release(Guid dyno)
    {
        lock (_gate)
        {
            if (_images.Remove(dyno, out var image) && !_images.ContainsValue(image))
                Unmount(FolderOf(image));
        }
    }

    /// <summary>Takes away what an earlier life of ours left and no dyno is on.</summary>
    public void RemoveUnused()
    {
        lock (_gate)
        {
            var used = _images.Values.Select(FolderOf).ToHashSet();
            foreach (var folder in Directory.Exists(paths.Stacks) ? Directory.GetDirectories(paths.Stacks) : [])
            {
                if (!used.Contains(folder))
                    Unmount(folder);
            }
        }
    }

    private StackLayout Mount(string image)
    {
        var folder = FolderOf(image);
        var mounted = Path.Combine(folder, "image");
        if (Mounts.Below(mounted).Count == 0)
        {
            Directory.CreateDirectory(mounted);
            Machine.MountSlug(image, mounted, space: null);
        }

        var layout = ImageStack.Layout(image, mounted, Path.Combine(folder, "root"), paths.Etc);
        DynoRoot.Make(layout.Root, layout, []);
        return layout;
    }

    private static void Unmount(string folder)
    {
        Mounts.Unmount(Path.Combine(folder, "image"));
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private string FolderOf(string image) => Path.Combine(paths.Stacks, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(image)))[..16]);
}
