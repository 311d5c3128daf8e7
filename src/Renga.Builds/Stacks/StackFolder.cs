using System.Text.Json;

namespace Renga.Builds.Stacks;

/// <summary>The folder of stacks on disk: <c>NAME/VERSION/{run.squashfs,build.squashfs,manifest.json}</c>. The only place that knows it.</summary>
internal sealed class StackFolder(string root)
{
    /// <summary>Of a build that is under way, or was when its process died. No version is named like this.</summary>
    private const string Draft = "draft";

    /// <summary>Every version there is, the newest of a stack first.</summary>
    public IEnumerable<StoredStack> All() =>
        from name in Names(root)
        from version in Names(Path.Combine(root, name))
        let number = StackVersionNumber.Parse(version)
        where number is not null
        let stored = new StoredStack(name, number.Value, Path.Combine(root, name, version))
        where File.Exists(stored.ManifestPath)
        orderby name, number descending
        select stored;

    public StoredStack? Newest(string name) => All().FirstOrDefault(s => s.Name == name);

    public StoredStack Place(string name, StackVersionNumber version) => new(name, version, Path.Combine(root, name, version.ToString()));

    /// <summary>On the same file system, so that what is complete is moved into place in one step.</summary>
    public string DraftOf(string name) => Path.Combine(root, name, Draft);

    /// <summary>For whoever changes a stack; null while another process does. It ends with this process, however that ends.</summary>
    public IDisposable? TryClaim(string name)
    {
        Directory.CreateDirectory(Path.Combine(root, name));
        try
        {
            return new FileStream(Path.Combine(root, name, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(static d => Path.GetFileName(d)) : [];
}

/// <summary>A version of a stack on disk.</summary>
internal sealed record StoredStack(string Name, StackVersionNumber Version, string Path)
{
    public string RunImage => System.IO.Path.Combine(Path, "run.squashfs");

    public string BuildImage => System.IO.Path.Combine(Path, "build.squashfs");

    public string ManifestPath => System.IO.Path.Combine(Path, "manifest.json");

    /// <summary>Null when the file is damaged.</summary>
    public StackManifest? Read()
    {
        try
        {
            using var file = File.OpenRead(ManifestPath);
            return JsonSerializer.Deserialize(file, StacksJson.Default.StackManifest);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }
}
