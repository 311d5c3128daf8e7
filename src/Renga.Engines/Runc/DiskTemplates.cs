using Renga.Engines.Native;

namespace Renga.Engines.Runc;

/// <summary>
/// Images of empty disks, one made per size and then copied: the program that makes one takes longer than all else of a dyno's files, mostly waiting for the machine's disk.
/// An image is a sparse file of which less than a megabyte is anything but zeros.
/// </summary>
internal sealed class DiskTemplates(string folder, int inodesPerMegabyte)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Task<Template>> _templates = [];

    private sealed record Template(long Length, IReadOnlyList<(long Offset, byte[] Bytes)> Parts);

    /// <summary>Writes a new empty disk.</summary>
    public async Task WriteAsync(string image, long bytes, CancellationToken ct)
    {
        var template = await GetAsync(bytes).WaitAsync(ct);
        using var file = File.OpenHandle(image, FileMode.Create, FileAccess.Write, FileShare.None);
        RandomAccess.SetLength(file, template.Length);
        foreach (var (offset, part) in template.Parts)
            RandomAccess.Write(file, part, offset);
    }

    /// <summary>One that failed is made again.</summary>
    private Task<Template> GetAsync(long bytes)
    {
        lock (_gate)
        {
            if (!_templates.TryGetValue(bytes, out var template) || template.IsFaulted)
                _templates[bytes] = template = MakeAsync(bytes);
            return template;
        }
    }

    private async Task<Template> MakeAsync(long bytes)
    {
        var path = Path.Combine(folder, "disk-" + Guid.CreateVersion7().ToString("N"));
        try
        {
            await DynoDisk.MakeAsync(path, bytes, inodesPerMegabyte, CancellationToken.None);
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read);
            var parts = new List<(long, byte[])>();
            foreach (var (offset, length) in Libc.DataOf(file))
            {
                var part = new byte[length];
                for (var read = 0; read < length;)
                    read += RandomAccess.Read(file, part.AsSpan(read), offset + read) is > 0 and var more ? more : throw new EngineException($"{path} became shorter.");
                parts.Add((offset, part));
            }

            return new Template(RandomAccess.GetLength(file), parts);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
