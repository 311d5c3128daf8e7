using System.Globalization;
using Renga.Engines.Native;
using Renga.Engines.State;

namespace Renga.Engines.Supervision;

/// <summary>
/// The output of a dyno as one endless row of bytes, although the supervisor starts its file anew when it is full. Each file gets a second name
/// that says at which position it starts (<c>output.log.0</c>, <c>output.log.33554390</c> ...), so that a file which the supervisor gave up can still be read,
/// also after a restart of ours. A file is removed when all of it was acknowledged.
/// </summary>
internal sealed class OutputFiles(DynoFolder folder)
{
    /// <summary>A file: its second name, and the position of its first byte.</summary>
    public sealed record Part(string Path, long Start);

    /// <summary>Gives the supervisor's present file its second name, if it has none yet. Idempotent.</summary>
    public void Adopt()
    {
        var parts = List();
        var start = 0L;
        if (parts is [.., var last])
        {
            if (Libc.Inode(last.Path) == Libc.Inode(folder.Output))
                return;
            start = last.Start + new FileInfo(last.Path).Length;
        }

        // Nothing to adopt when the supervisor has no file yet: the next look finds it.
        _ = Libc.Link(folder.Output, NameOf(start));
    }

    /// <summary>The part in which a position lies; null when nothing was ever written.</summary>
    public Part? Find(long position) => List().LastOrDefault(p => p.Start <= position) ?? List().FirstOrDefault();

    /// <summary>The part after one, which the supervisor has then given up; null while it still writes this one.</summary>
    public Part? After(Part part)
    {
        Adopt();
        return List().FirstOrDefault(p => p.Start > part.Start);
    }

    /// <summary>Forgets what was handled.</summary>
    public void RemoveBefore(long position)
    {
        var parts = List();
        for (var i = 0; i + 1 < parts.Count && parts[i + 1].Start <= position; i++)
            File.Delete(parts[i].Path);
    }

    private string NameOf(long start) => string.Create(CultureInfo.InvariantCulture, $"{folder.Output}.{start}");

    private List<Part> List()
    {
        var parts = new List<Part>();
        var prefix = System.IO.Path.GetFileName(folder.Output) + ".";
        foreach (var path in Directory.EnumerateFiles(folder.Path))
        {
            var name = System.IO.Path.GetFileName(path.AsSpan());
            if (name.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var start))
                parts.Add(new(path, start));
        }

        parts.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return parts;
    }
}
