using System.Collections.Immutable;

namespace Renga.Engines.Runc;

/// <summary>A stack that is an image: all of its root, but what each dyno has of its own.</summary>
internal static class ImageStack
{
    /// <summary>Files of /etc that are the platform's or the dyno's, whatever the image has there. They are mounted over the image's, which must have them.</summary>
    private static readonly string[] OurFiles = ["passwd", "group", "resolv.conf"];

    private static readonly string[] Needed = ["usr/bin/env", "usr/bin/catatonit"];

    /// <summary>Folders that a dyno gets empty or from the kernel.</summary>
    private static readonly string[] Left = ["app", "dev", "mnt", "proc", "root", "run", "sys", "tmp"];

    /// <summary>Reads a mounted image.</summary>
    /// <exception cref="EngineException">Dynos cannot be started on it.</exception>
    public static StackLayout Layout(string image, string mounted, string root, string etc)
    {
        var missing = OurFiles.Concat(["hosts", "hostname"]).Select(static f => "etc/" + f).Where(f => !IsFile(Path.Combine(mounted, f)))
            .Concat(Needed.Where(p => !IsThere(Path.Combine(mounted, p)))).ToList();
        if (missing.Count > 0)
            throw new EngineException($"{image} is no stack that dynos can run on: it lacks {string.Join(", ", missing)}. Build the stack again with rengad stacks build.");

        var links = ImmutableArray.CreateBuilder<(string, string)>();
        var parts = ImmutableArray.CreateBuilder<StackPart>();
        foreach (var folder in new DirectoryInfo(mounted).EnumerateDirectories().Where(static d => !Left.Contains(d.Name)).OrderBy(static d => d.Name, StringComparer.Ordinal))
        {
            if (folder.LinkTarget is { } target)
                links.Add((folder.Name, target));
            else if (folder.EnumerateFileSystemInfos().Any())
                parts.Add(new StackPart(folder.FullName, "/" + folder.Name));
        }

        parts.AddRange(OurFiles.Select(f => new StackPart(Path.Combine(etc, f), "/etc/" + f)));
        return new StackLayout(root, links.ToImmutable(), parts.ToImmutable());
    }

    private static bool IsFile(string path) => new FileInfo(path) is { Exists: true, LinkTarget: null };

    /// <summary>A link counts: where it leads, only the dyno can say.</summary>
    private static bool IsThere(string path) => new FileInfo(path) is var file && (file.LinkTarget is not null || file.Exists);
}
