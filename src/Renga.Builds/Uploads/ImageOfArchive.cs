using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Renga.Builds.Slugs;
using Renga.Engines;
using Renga.Processes;

namespace Renga.Builds.Uploads;

/// <summary>Makes a squashfs image of a tar stream.</summary>
internal static class ImageOfArchive
{
    /// <param name="write">Writes the tar to the stream that it is given.</param>
    /// <param name="newest">The time of the newest entry.</param>
    public static async Task<SlugImage> MakeAsync(Func<Stream, Task> write, DateTimeOffset newest, string image, CancellationToken ct)
    {
        var command = PackCommand(image, newest);
        using var process = ProcessRunner.Start(command);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            var broken = await FeedAsync(process, write);
            await process.WaitForExitAsync(ct);
            var result = new CommandResult(process.ExitCode, await output, await error);
            if (!result.Succeeded || broken)
                throw new CommandFailedException(command, result);
        }
        catch
        {
            ProcessRunner.Kill(process);
            throw;
        }

        return await SlugPacker.MeasureAsync(image, ct);
    }

    /// <summary>True when it ended before it had read all; what it said tells why.</summary>
    private static async Task<bool> FeedAsync(Process process, Func<Stream, Task> write)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await write(input);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>
    /// The same choices as <see cref="SlugPacker.PackCommand"/>. The root folder has no entry in the archive, so it is described here; its time can only be set by the variable,
    /// which also limits the time of every other file. The same archive gives the same bytes.
    /// </summary>
    internal static Command PackCommand(string image, DateTimeOffset newest)
    {
        var owner = CanonicalOwner.Id.ToString(CultureInfo.InvariantCulture);
        var time = Math.Clamp(newest.ToUnixTimeSeconds(), 0, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        return Command.Of(
            "mksquashfs", "-", image, "-tar", "-noappend", "-quiet", "-no-progress", "-exit-on-error", "-no-xattrs", "-no-exports", "-reproducible",
            "-root-mode", "755", "-root-uid", owner, "-root-gid", owner, "-force-uid", owner, "-force-gid", owner, "-comp", "zstd", "-Xcompression-level", "3", "-mem", "256M") with
        {
            Environment = ImmutableDictionary<string, string?>.Empty.Add("SOURCE_DATE_EPOCH", time),
        };
    }
}
