using Renga.Engines.Native;
using Renga.Engines.State;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>A dyno's files: its limited disk, the slug under it, its root, and its mounts. Made before the dyno, removed after it.</summary>
internal static class DynoFileSystem
{
    /// <summary>
    /// 1. The disk, with a folder for each thing that the dyno writes.
    /// 2. /app: the slug under a writable layer, or an empty folder.
    /// 3. The root, and the two files of /etc that are the dyno's own.
    /// 4. Persistent disks.
    /// </summary>
    public static async Task MakeAsync(DynoSpec spec, DynoFolder folder, DynoPaths paths, StackLayout stack, ReadySlot slot, uint firstUser, EnginesOptions options, DiskTemplates disks, CancellationToken ct)
    {
        var user = firstUser + CanonicalOwner.UserInside;
        Directory.CreateDirectory(paths.Folder, (UnixFileMode)0b111_001_001);

        // 1.
        var image = ImageOf(folder);
        await disks.WriteAsync(image, spec.Limits.DiskBytes, ct);
        DynoDisk.Mount(image, paths.Work);
        MakeOwned(paths.App, user, (UnixFileMode)0b111_111_101);
        MakeOwned(paths.Temporary, user, UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111);

        // 2.
        if (spec.SlugImage is { } slug)
        {
            Directory.CreateDirectory(paths.Slug);
            Directory.CreateDirectory(paths.OverlayWork);
            MakeOwned(paths.Upper, user, (UnixFileMode)0b111_111_101);
            Machine.MountSlug(slug, paths.Slug, slot.Space);
            // volatile: it never outlives the machine, so it need never be flushed.
            Mounts.Mount("overlay", paths.App, "overlay", Mounts.NoSetUid | Mounts.NoDevices, $"lowerdir={paths.Slug},upperdir={paths.Upper},workdir={paths.OverlayWork},volatile");
        }

        // 3.
        if (!spec.Mounts.IsEmpty)
            DynoRoot.Make(paths.RootFor(spec, stack), stack, spec.Mounts);
        await File.WriteAllTextAsync(paths.Hosts, $"127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n{slot.Slot.Dyno} {spec.Hostname}\n", ct);
        await File.WriteAllTextAsync(paths.HostName, spec.Hostname + "\n", ct);

        // 4.
        for (var i = 0; i < spec.Mounts.Length; i++)
        {
            if (spec.Mounts[i] is not { DiskImage: { } bytes } mount)
                continue;
            await DynoDisk.MakePersistentAsync(mount.Source, bytes, options.InodesPerMegabyte, ct);
            Directory.CreateDirectory(paths.Mount(i));
            using var device = LoopDevices.Open(mount.Source, mount.ReadOnly);
            Mounts.MountMapped(device.Path, "ext4", paths.Mount(i), mount.ReadOnly, slot.Space);
        }
    }

    public static async Task RemoveAsync(DynoPaths paths, CancellationToken ct)
    {
        if (!Directory.Exists(paths.Folder))
            return;
        foreach (var mount in Mounts.Below(paths.Folder))
            Mounts.Unmount(mount);
        await ProcessRunner.RunCheckedAsync(DynoFolder.RemoveCommand(paths.Folder), ct);
    }

    private static string ImageOf(DynoFolder folder) => folder.In("disk.img");

    private static void MakeOwned(string path, uint user, UnixFileMode mode)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
        Libc.ChangeOwner(path, user);
    }
}
