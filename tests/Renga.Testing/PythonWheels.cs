using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Renga.Processes;

namespace Renga.Testing;

/// <summary>Wheels, as the package index of Python would have them, for tests that cannot reach it.</summary>
public static class PythonWheels
{
    private const string DebianFolder = "/usr/lib/python3/dist-packages/";

    /// <summary>A wheel of these files, path to text. <paramref name="programs"/> are <c>name = module:function</c>.</summary>
    public static async Task<Wheel> MakeAsync(string folder, string name, string version, IReadOnlyDictionary<string, string> files, CancellationToken ct, params string[] programs)
    {
        var path = PathOf(folder, name, version);
        await using (var wheel = await ZipFile.OpenAsync(path, ZipArchiveMode.Create, ct))
        {
            foreach (var (file, text) in files)
                await AddAsync(wheel, file, text, ct);
            await AddMetadataAsync(wheel, name, version, string.Join('\n', programs.Prepend("[console_scripts]")), ct);
        }

        return await DescribeAsync(path, name, version, ct);
    }

    /// <summary>A wheel of what one of this machine's Debian packages holds, so of a real library; parts in C are left out.</summary>
    public static async Task<Wheel> OfDebianPackageAsync(string folder, string package, CancellationToken ct)
    {
        var list = (await ProcessRunner.RunCheckedAsync(Command.Of("dpkg", "-L", package), ct)).Output.Split('\n');
        var files = list.Where(static f => f.StartsWith(DebianFolder, StringComparison.Ordinal) && File.Exists(f) && !f.EndsWith(".so", StringComparison.Ordinal)).ToArray();
        var about = files.Where(static f => f.Contains("-info", StringComparison.Ordinal)).ToArray();
        var description = await File.ReadAllLinesAsync(about.First(static f => Path.GetFileName(f) is "PKG-INFO" or "METADATA" || f.EndsWith(".egg-info", StringComparison.Ordinal)), ct);
        var (name, version) = (Field("Name"), Field("Version"));
        var programs = about.FirstOrDefault(static f => Path.GetFileName(f) == "entry_points.txt");
        var path = PathOf(folder, name, version);
        await using (var wheel = await ZipFile.OpenAsync(path, ZipArchiveMode.Create, ct))
        {
            foreach (var file in files.Except(about))
                await wheel.CreateEntryFromFileAsync(file, file[DebianFolder.Length..], ct);
            await AddMetadataAsync(wheel, name, version, programs is null ? "" : await File.ReadAllTextAsync(programs, ct), ct);
        }

        return await DescribeAsync(path, name, version, ct);

        string Field(string field) => description.First(l => l.StartsWith(field + ": ", StringComparison.Ordinal))[(field.Length + 2)..];
    }

    /// <summary>The real wheels of setuptools and wheel, which come with Python's own virtual environments; setuptools is described.</summary>
    public static async Task<Wheel> OfSetuptoolsAsync(string folder, CancellationToken ct)
    {
        foreach (var wheel in new[] { "setuptools", "wheel" }.Select(static n => Directory.EnumerateFiles("/usr/share/python-wheels", n + "-*.whl").Single()))
            File.Copy(wheel, Path.Combine(folder, Path.GetFileName(wheel)));
        var source = Directory.EnumerateFiles(folder, "setuptools-*.whl").Single();
        return await DescribeAsync(source, "setuptools", Path.GetFileName(source).Split('-')[1], ct);
    }

    private static string PathOf(string folder, string name, string version) => Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name.Replace('-', '_')}-{version}-py3-none-any.whl");

    private static async Task AddMetadataAsync(ZipArchive wheel, string name, string version, string programs, CancellationToken ct)
    {
        var folder = $"{name.Replace('-', '_')}-{version}.dist-info";
        await AddAsync(wheel, $"{folder}/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", ct);
        await AddAsync(wheel, $"{folder}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n", ct);
        await AddAsync(wheel, $"{folder}/entry_points.txt", programs + "\n", ct);
        await AddAsync(wheel, $"{folder}/RECORD", "", ct);
    }

    private static async Task AddAsync(ZipArchive wheel, string name, string content, CancellationToken ct)
    {
        await using var stream = await wheel.CreateEntry(name).OpenAsync(ct);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(content), ct);
    }

    private static async Task<Wheel> DescribeAsync(string path, string name, string version, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        return new Wheel(name, version, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)));
    }
}

/// <summary>A wheel that was made, and the SHA-256 of its file.</summary>
public sealed record Wheel(string Name, string Version, string Digest)
{
    /// <summary>As a line of requirements.txt.</summary>
    public override string ToString() => $"{Name}=={Version}";
}
