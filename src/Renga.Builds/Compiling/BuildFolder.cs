using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Renga.Builds.Buildpacks;

namespace Renga.Builds.Compiling;

/// <summary>What the build dyno is given to read: our script, the config vars as files, and the plan of buildpacks. The folder above is closed to everyone else.</summary>
internal sealed partial class BuildFolder : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Open = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private BuildFolder(string path) => Path = path;

    public string Path { get; }

    public static async Task<BuildFolder> CreateAsync(
        string parent, Guid buildId, ImmutableArray<BuildpackSource> buildpacks, ImmutableSortedDictionary<string, string> config, CancellationToken ct)
    {
        Directory.CreateDirectory(parent);
        var folder = new BuildFolder(System.IO.Path.Combine(parent, buildId.ToString("N")));
        try
        {
            await folder.FillAsync(buildpacks, config, ct);
            return folder;
        }
        catch
        {
            // Cancelled, or the disk is full.
            folder.Dispose();
            throw;
        }
    }

    /// <summary>One line per buildpack: kind, its name, URL or number in RENGA_LOCAL, its ref, and how the user named it.</summary>
    internal static string Plan(ImmutableArray<BuildpackSource> buildpacks)
    {
        var plan = new StringBuilder();
        var locals = 0;
        foreach (var pack in buildpacks)
        {
            var location = pack.Kind == BuildpackKind.Local ? locals++.ToString(CultureInfo.InvariantCulture) : pack.Location;
            plan.Append(pack.Kind.ToString().ToLowerInvariant()).Append('|').Append(location).Append('|').Append(pack.Ref).Append('|').Append(pack.Display).Append('\n');
        }

        return plan.ToString();
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private async Task FillAsync(ImmutableArray<BuildpackSource> buildpacks, ImmutableSortedDictionary<string, string> config, CancellationToken ct)
    {
        Directory.CreateDirectory(Path, Open);
        Directory.CreateDirectory(In("env"), Open);
        await using (var script = typeof(BuildFolder).Assembly.GetManifestResourceStream("build.sh")!)
        await using (var file = File.Create(In("build.sh")))
            await script.CopyToAsync(file, ct);
        File.SetUnixFileMode(In("build.sh"), Readable);
        await WriteAsync("plan", Plan(buildpacks), ct);
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
