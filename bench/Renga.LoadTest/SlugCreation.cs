using System.Globalization;
using Renga.Engines;
using Renga.Processes;

namespace Renga.LoadTest;

/// <summary>Packing a tree the size of an app with its node_modules: our squashfs image beside <c>tar | gzip</c>, as slugs were made. In turns, medians.</summary>
internal static class SlugCreation
{
    /// <summary>What every machine that builds apps has: npm's own dependencies, and libraries of other languages.</summary>
    private static readonly string[] Sources = ["/usr/lib/node_modules", "/usr/lib/python3.11", "/usr/lib/python3", "/usr/lib/ruby", "/var/lib/gems"];

    public static async Task<int> RunAsync(LoadOptions options, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("renga-bench-").FullName;
        try
        {
            var app = Directory.CreateDirectory(Path.Combine(folder, "app")).FullName;
            Console.WriteLine("| tree | files | MB | squashfs ms | squashfs MB | tar, gzip ms | tar, gzip MB |\n|---|---|---|---|---|---|---|");
            foreach (var source in Sources.Where(Directory.Exists))
            {
                // The tree grows: each row has all before it too.
                await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", "--no-dereference", source, app), ct);
                await MeasureAsync(options, folder, app, source, ct);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(LoadOptions options, string folder, string tree, string name, CancellationToken ct)
    {
        var (image, archive) = (Path.Combine(folder, "slug.squashfs"), Path.Combine(folder, "slug.tgz"));
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var i = 0; i < options.Rounds; i++)
        {
            var begin = TimeProvider.System.GetTimestamp();
            await ProcessRunner.RunCheckedAsync(
                Command.Of(
                    "mksquashfs", tree, image, "-noappend", "-quiet", "-no-progress", "-no-xattrs", "-no-exports", "-reproducible", "-mkfs-time", "0",
                    "-force-uid", $"{CanonicalOwner.Id}", "-force-gid", $"{CanonicalOwner.Id}", "-comp", "zstd", "-Xcompression-level", "3", "-mem", "256M"),
                ct);
            ours.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
            begin = TimeProvider.System.GetTimestamp();
            await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--gzip", "--file", archive, "--directory", tree, "."), ct);
            theirs.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
        }

        var files = new DirectoryInfo(tree).GetFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| with {name} | {files.Length} | {files.Sum(static f => f.Length) / 1e6:0} | {Median(ours):0} | {new FileInfo(image).Length / 1e6:0.0} | {Median(theirs):0} | {new FileInfo(archive).Length / 1e6:0.0} |"));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
