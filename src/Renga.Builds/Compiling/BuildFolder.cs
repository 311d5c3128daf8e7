using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Renga.Builds.Buildpacks;
using Renga.Model.Builds;

namespace Renga.Builds.Compiling;

/// <summary>What the build dyno is given to read: our scripts, where the source is, the config vars as files, and the plan of buildpacks. The folder above is closed to everyone else.</summary>
internal sealed partial class BuildFolder : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Open = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] Scripts = ["build.sh", "fetch.sh", "source.sh", "packs.sh"];

    private BuildFolder(string path) => Path = path;

    public string Path { get; }

    public static async Task<BuildFolder> CreateAsync(
        string parent, Guid buildId, BuildSource source, BuildPlan plan, ImmutableSortedDictionary<string, string> config, CancellationToken ct)
    {
        Directory.CreateDirectory(parent);
        var folder = new BuildFolder(System.IO.Path.Combine(parent, buildId.ToString("N")));
        try
        {
            await folder.FillAsync(source, plan, config, ct);
            return folder;
        }
        catch
        {
            // Cancelled, or the disk is full.
            folder.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private async Task FillAsync(BuildSource source, BuildPlan plan, ImmutableSortedDictionary<string, string> config, CancellationToken ct)
    {
        Directory.CreateDirectory(Path, Open);
        Directory.CreateDirectory(In("env"), Open);
        foreach (var script in Scripts)
        {
            await using var content = typeof(BuildFolder).Assembly.GetManifestResourceStream(script)!;
            await using var file = File.Create(In(script));
            await content.CopyToAsync(file, ct);
            File.SetUnixFileMode(In(script), Readable);
        }

        await WriteAsync("source", SourceCheck.Text(source), ct);
        await WriteAsync("submodules", SourceCheck.Submodules(source), ct);
        await WriteAsync("plan", plan.ChosenText(), ct);
        await WriteAsync("names", plan.KnownText(), ct);
        foreach (var (name, value) in config)
        {
            // A name becomes a file name, and the user chose it.
            if (FileName().IsMatch(name))
                await WriteAsync(System.IO.Path.Combine("env", name), value, ct);
        }
    }

    private async Task WriteAsync(string name, string content, CancellationToken ct)
    {
        await File.WriteAllTextAsync(In(name), content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct);
        File.SetUnixFileMode(In(name), Readable);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
