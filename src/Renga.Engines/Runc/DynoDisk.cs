using System.Globalization;
using Renga.Engines.Native;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>Disks of dynos: image files with an ext4 in them, which bounds bytes and files better than any quota and goes with one unlink.</summary>
internal static class DynoDisk
{
    private const long Mebi = 1024 * 1024;

    /// <summary>Smaller ones leave no room beside what the file system itself needs.</summary>
    private const long Smallest = 4 * Mebi;

    /// <summary>Makes the image of a disk that lives as long as its dyno: no journal, since nobody mounts it after a crash.</summary>
    public static async Task MakeAsync(string image, long bytes, int inodesPerMegabyte, CancellationToken ct) =>
        await ProcessRunner.RunCheckedAsync(MakeCommand(image, bytes, inodesPerMegabyte, journal: false, owner: 0), ct);

    /// <summary>Makes the image of a disk that outlives its dynos, unless it is there. Whole or not at all.</summary>
    public static async Task MakePersistentAsync(string image, long bytes, int inodesPerMegabyte, CancellationToken ct)
    {
        if (File.Exists(image))
            return;
        var half = image + ".new";
        File.Delete(half);
        await ProcessRunner.RunCheckedAsync(MakeCommand(half, bytes, inodesPerMegabyte, journal: true, CanonicalOwner.Id), ct);
        File.Move(half, image);
    }

    public static void Mount(string image, string target)
    {
        Directory.CreateDirectory(target);
        using var device = LoopDevices.Open(image, readOnly: false);
        // noinit_itable: otherwise the kernel fills the sparse file with zeros. nobarrier: nothing here needs to survive the machine.
        Mounts.Mount(device.Path, target, "ext4", Mounts.NoSetUid | Mounts.NoDevices | Mounts.NoAccessTime, "noinit_itable,nobarrier");
    }

    internal static Command MakeCommand(string image, long bytes, int inodesPerMegabyte, bool journal, int owner)
    {
        var size = Math.Max(bytes, Smallest);
        var inodes = Math.Max(1024, size / Mebi * inodesPerMegabyte);
        return Command.Of(
            "mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-b", "4096",
            "-O", journal ? "has_journal" : "^has_journal",
            "-E", string.Create(CultureInfo.InvariantCulture, $"lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner={owner}:{owner}"),
            "-N", inodes.ToString(CultureInfo.InvariantCulture),
            image, string.Create(CultureInfo.InvariantCulture, $"{size / 1024}k"));
    }
}
