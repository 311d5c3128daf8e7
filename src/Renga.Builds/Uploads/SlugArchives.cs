using System.Formats.Tar;
using System.IO.Compression;
using Renga.Builds.Output;
using Renga.Builds.Results;
using Renga.Builds.Slugs;
using Renga.Model;
using Renga.Model.Slugs;
using Renga.Processes;

namespace Renga.Builds.Uploads;

/// <summary>Turns archives that clients send into images, and images into archives. Nothing of an archive is ever unpacked on this machine: it goes from stream to image.</summary>
internal sealed class SlugArchives(BuildsOptions options, SlugStore slugs, Ids ids) : ISlugArchives, IDisposable
{
    /// <summary>The folder of an archive that becomes the slug.</summary>
    public const string App = "app";

    private const string DownloadPrefix = "download-";

    /// <summary>One way at one time each: both cost a processor, and disk.</summary>
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>1. Receive the file. 2. Is it what was promised? 3. Read it once, checking everything. 4. Read it again into an image. 5. Into the store.</summary>
    public async Task<Result<StoredSlug>> ReadAsync(Stream archive, string? checksum, CancellationToken ct)
    {
        if (!Checksum.Parse(checksum).TryGet(out var promised, out var refusal))
            return refusal;
        var id = ids.New();
        var file = Path.Combine(options.RunFolder, $"upload-{id:N}");
        var draft = slugs.DraftPath(id);
        try
        {
            // 1.
            if (!(await Upload.ReceiveAsync(archive, file, length: null, options.MaxSlugBytes, ct)).TryGet(out var upload, out refusal))
                return refusal;

            // 2.
            if (Upload.Compare(promised, upload.Digest) is { } differs)
                return differs;
            await _reading.WaitAsync(ct);
            try
            {
                // 3.
                var tree = new SlugTree(options);
                if (await CheckAsync(file, tree, ct) is { } broken)
                    return broken;

                // 4.
                var image = await ImageOfArchive.MakeAsync(to => CopyAsync(file, tree, to, ct), tree.Newest, draft, ct);
                if (image.Bytes > options.MaxSlugBytes)
                    return Refusal.Invalid($"The slug is too large: {ByteSize.Format(image.Bytes)} (max is {ByteSize.Format(options.MaxSlugBytes)}).");

                // 5.
                await slugs.PutAsync(image.Digest, image.Path, ct);
                return new StoredSlug(image.Digest, image.Bytes, Checksum.Format(upload.Digest));
            }
            finally
            {
                _reading.Release();
            }
        }
        finally
        {
            File.Delete(file);
            File.Delete(draft);
        }
    }

    /// <summary>1. Where is the image? 2. Unpack it into a closed folder. 3. Write the archive from there.</summary>
    public async Task<Result<bool>> WriteAsync(string image, Stream to, Action begin, CancellationToken ct)
    {
        // 1.
        if (!slugs.Locate(image).TryGet(out var path, out var refusal))
            return refusal;
        await _writing.WaitAsync(ct);
        var closed = Path.Combine(options.RunFolder, $"{DownloadPrefix}{ids.New():N}");
        try
        {
            // 2.
            Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var folder = Path.Combine(closed, App);
            await ProcessRunner.RunCheckedAsync(Command.Of("unsquashfs", "-quiet", "-no-progress", "-no-xattrs", "-dest", folder, path), ct);

            // 3.
            begin();
            await using var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
            await using var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true);
            await WriteFolderAsync(tar, folder, $"./{App}", ct);
            return true;
        }
        finally
        {
            if (Directory.Exists(closed))
                Directory.Delete(closed, recursive: true);
            _writing.Release();
        }
    }

    public void Dispose()
    {
        _reading.Dispose();
        _writing.Dispose();
    }

    private async Task<Refusal?> CheckAsync(string file, SlugTree tree, CancellationToken ct)
    {
        try
        {
            await using var reader = Open(file);
            while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
            {
                if (entry is not PaxGlobalExtendedAttributesTarEntry && tree.Add(entry) is { } refusal)
                    return refusal;
            }

            return tree.IsEmpty ? Refusal.Invalid("The archive is empty: put the app's files into a folder ./app and pack that.") : null;
        }
        catch (RefusedArchiveException e)
        {
            return e.Refusal;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            return Refusal.Invalid("The archive cannot be read: it is not a whole tar file compressed with gzip. Make it with: tar czf slug.tgz ./app");
        }
    }

    private async Task CopyAsync(string file, SlugTree tree, Stream to, CancellationToken ct)
    {
        await using var reader = Open(file);
        await using var writer = new TarWriter(to, TarEntryFormat.Gnu, leaveOpen: true);
        var copy = new SlugCopy(tree, writer);
        while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            if (entry is not PaxGlobalExtendedAttributesTarEntry)
                await copy.AddAsync(entry, ct);
        }
    }

    private TarReader Open(string file)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 128 * 1024, FileOptions.SequentialScan);
        return new TarReader(new TarGuard(new GZipStream(stream, CompressionMode.Decompress), options.MaxUnpackedSlugBytes), leaveOpen: false);
    }

    private static async Task WriteFolderAsync(TarWriter tar, string folder, string name, CancellationToken ct)
    {
        await WriteAsync(tar, new DirectoryInfo(folder), TarEntryType.Directory, name + "/", ct);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(static e => e.Name, StringComparer.Ordinal))
        {
            if (entry.LinkTarget is not null)
                await WriteAsync(tar, entry, TarEntryType.SymbolicLink, $"{name}/{entry.Name}", ct);
            else if (entry is DirectoryInfo)
                await WriteFolderAsync(tar, entry.FullName, $"{name}/{entry.Name}", ct);
            else if ((Native.Mode(entry.FullName) & Native.TypeMask) == Native.Regular)
                await WriteAsync(tar, entry, TarEntryType.RegularFile, $"{name}/{entry.Name}", ct);

            // A build may have left pipes and sockets, which mean nothing elsewhere.
        }
    }

    private static async Task WriteAsync(TarWriter tar, FileSystemInfo from, TarEntryType type, string name, CancellationToken ct)
    {
        var entry = new PaxTarEntry(type, name) { ModificationTime = from.LastWriteTimeUtc, Mode = SlugCopy.Mode(from.UnixFileMode) };
        if (type == TarEntryType.SymbolicLink)
        {
            entry.LinkName = from.LinkTarget!;
            entry.Mode = SlugCopy.Open;
        }

        await using var data = type == TarEntryType.RegularFile ? new FileStream(from.FullName, FileMode.Open, FileAccess.Read) : null;
        if (data is not null)
            entry.DataStream = data;
        await tar.WriteEntryAsync(entry, ct);
    }
}
