using Renga.Builds.Output;
using Renga.Model;
using Renga.Processes;

namespace Renga.Builds.Admission;

/// <summary>What a build may write on a disk that has so much left. Disks of builds are promises: only this keeps all of them together from filling the machine's.</summary>
internal static class DiskRoom
{
    private const long Mebi = 1024 * 1024;
    private const int NoSpaceLeft = 28;

    /// <summary>Disks come in steps of this, since one image is kept per size.</summary>
    private const long Step = 256 * Mebi;

    /// <summary>The options with a smaller disk where there is not room for all builds at once; a refusal when there is hardly any.</summary>
    public static Result<BuildsOptions> Fit(BuildsOptions options, long freeBytes)
    {
        var share = (freeBytes - options.MinFreeBytes) / options.MaxParallel;
        if (share >= options.DiskBytes)
            return options;
        var disk = share / Step * Step;
        return disk > 0 ? options with { DiskBytes = disk } : Refuse(freeBytes);
    }

    /// <summary>Something failed since the machine's disk is full.</summary>
    public static bool IsFull(Exception e) => e switch
    {
        CommandFailedException => e.Message.Contains("No space left on device", StringComparison.Ordinal),
        IOException => (e.HResult & 0xffff) == NoSpaceLeft,
        _ => false,
    };

    public static Refusal Refuse(long freeBytes) =>
        Refusal.Unavailable($"The platform's disk is nearly full ({ByteSize.Format(freeBytes)} free), so nothing can be built now. Ask its operator to make room, then push again.");
}
