using Renga.Model;

namespace Renga.Builds.Stacks;

/// <summary>Shows and removes versions of stacks.</summary>
public sealed class StackShelf(StacksOptions options)
{
    private readonly StackFolder _folder = new(options.Folder);

    /// <summary>All versions, by stack, the newest first.</summary>
    public IEnumerable<ShelvedStack> List()
    {
        string? last = null;
        foreach (var stored in _folder.All())
        {
            var manifest = stored.Read();
            yield return new ShelvedStack(stored.Name, stored.Version.ToString(), manifest?.CreatedAt, manifest?.Run.Bytes ?? 0, manifest?.Build.Bytes ?? 0, IsNewest: stored.Name != last, InUse(stored));
            last = stored.Name;
        }
    }

    /// <summary>Removes a version that no dyno is on.</summary>
    /// <param name="appsOf">How many apps need a stack.</param>
    public async Task<Result<string>> RemoveAsync(string name, string version, Func<string, Task<int>> appsOf)
    {
        var all = _folder.All().Where(s => s.Name == name).ToList();
        if (all.Find(s => s.Version.ToString() == version) is not { } stored)
            return Refusal.Invalid(all.Count == 0 ? $"There is no stack {name} here." : $"{name} has no version {version}. It has {string.Join(", ", all.Select(static s => s.Version))}.");
        if (InUse(stored))
            return Refusal.Conflict($"Dynos are on {name} {version}. Build a newer version, to which they move, or stop them first.");
        if (all.Count == 1 && await appsOf(name) is > 0 and var apps)
            return Refusal.Conflict($"{apps} {(apps == 1 ? "app needs" : "apps need")} {name}, and {version} is its only version. Set another stack (heroku stack:set) and deploy, or build a newer version first.");

        // Out of sight in one step; what is left when this process dies in between goes with the next build.
        using var claim = _folder.TryClaim(name);
        if (claim is null)
            return Refusal.Conflict($"A build of {name} is running. Wait for it to end.");
        var draft = _folder.DraftOf(name);
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        Directory.Move(stored.Path, draft);
        Directory.Delete(draft, recursive: true);
        return version;
    }

    /// <summary>An image has a block device exactly as long as a dyno of this machine is on it.</summary>
    private static bool InUse(StoredStack stored) =>
        Directory.Exists("/sys/block") && Directory.EnumerateDirectories("/sys/block", "loop*").Any(d => BackingFile(d) is { } file && (file == stored.RunImage || file == stored.BuildImage));

    private static string? BackingFile(string device)
    {
        try
        {
            return File.ReadAllText(Path.Combine(device, "loop/backing_file")).TrimEnd('\n');
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>A version of a stack, for people to see.</summary>
/// <param name="CreatedAt">Null when its manifest is damaged.</param>
public sealed record ShelvedStack(string Name, string Version, DateTimeOffset? CreatedAt, long RunBytes, long BuildBytes, bool IsNewest, bool InUse);
