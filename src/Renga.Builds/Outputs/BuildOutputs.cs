using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Renga.Model.Builds;

namespace Renga.Builds.Outputs;

/// <summary>
/// Output of builds, a file each in a folder per app: written while the build runs, read by whoever comes, kept for the last builds of the app. What is being written now is known
/// here; a file that nobody writes is whole, also when the platform died over it.
/// </summary>
internal sealed class BuildOutputs(BuildsOptions options) : IBuildOutputs
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int BufferBytes = 32 * 1024;

    private readonly ConcurrentDictionary<Guid, KeptOutput> _open = new();

    /// <summary>Begins a build's output, and forgets the oldest of its app. Disposing says that the build is over.</summary>
    /// <param name="also">Who else is told.</param>
    public KeptOutput Open(Guid appId, Guid buildId, IBuildOutput? also)
    {
        var output = new KeptOutput(CreateFile(appId, buildId), options.MaxOutputBytes, also, () => _open.TryRemove(buildId, out _));
        _open[buildId] = output;
        return output;
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Guid appId, Guid buildId, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!TryOpen(PathOf(appId, buildId), out var file))
            yield break;
        await using (file)
        {
            while (true)
            {
                // The signal comes first, so that what is written while we read is not missed.
                var growing = follow && _open.TryGetValue(buildId, out var output) ? output.Changed : null;
                var buffer = new byte[BufferBytes];
                int read;
                while ((read = await file.ReadAsync(buffer, ct)) > 0)
                {
                    yield return buffer.AsMemory(0, read);
                    buffer = new byte[BufferBytes];
                }

                if (growing is null)
                    yield break;
                await growing.WaitAsync(ct);
            }
        }
    }

    /// <summary>Forgets all of an app.</summary>
    public void Remove(Guid appId)
    {
        if (Directory.Exists(FolderOf(appId)))
            Directory.Delete(FolderOf(appId), recursive: true);
    }

    // A build is worth more than what it said: on a full disk it goes on, and nothing is kept.
    private FileStream? CreateFile(Guid appId, Guid buildId)
    {
        try
        {
            Directory.CreateDirectory(options.OutputsFolder, Private);
            var folder = Directory.CreateDirectory(FolderOf(appId), Private);

            // Ids of builds are in the order of time.
            foreach (var old in folder.GetFiles("*.log").OrderByDescending(static f => f.Name, StringComparer.Ordinal).Skip(options.KeptOutputs - 1))
                old.Delete();
            return new FileStream(PathOf(appId, buildId), FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool TryOpen(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FileStream? file)
    {
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            file = null;
            return false;
        }
    }

    private string FolderOf(Guid appId) => Path.Combine(options.OutputsFolder, appId.ToString("D"));

    private string PathOf(Guid appId, Guid buildId) => Path.Combine(FolderOf(appId), $"{buildId:D}.log");
}
