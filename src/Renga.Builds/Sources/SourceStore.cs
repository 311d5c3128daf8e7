using System.Security.Cryptography;
using Renga.Builds.Uploads;
using Renga.Model;
using Renga.Model.Builds;

namespace Renga.Builds.Sources;

/// <summary>Uploaded sources, a file each in one folder. A file appears whole or not at all, and is removed by its age.</summary>
internal sealed class SourceStore : ISources
{
    private const string PartSuffix = ".part";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly BuildsOptions _options;
    private readonly TimeProvider _time;
    private readonly Ids _ids;

    public SourceStore(BuildsOptions options, Ids ids, TimeProvider time)
    {
        (_options, _ids, _time) = (options, ids, time);
        Directory.CreateDirectory(options.SourcesFolder, Private);
    }

    public async Task<Result<long>> PutAsync(Guid id, Stream content, long? length, CancellationToken ct)
    {
        var part = Path.Combine(_options.SourcesFolder, $"{_ids.New():N}{PartSuffix}");
        try
        {
            if (!(await Upload.ReceiveAsync(content, part, length, _options.MaxUploadBytes, ct)).TryGet(out var upload, out var refusal))
                return refusal;

            // A build dyno reads it as another user; the folder around it is closed.
            File.SetUnixFileMode(part, Readable);
            File.SetLastWriteTimeUtc(part, _time.GetUtcNow().UtcDateTime);
            File.Move(part, PathOf(id), overwrite: true);
            return upload.Bytes;
        }
        finally
        {
            File.Delete(part);
        }
    }

    public async Task<Result<string>> LocateAsync(Guid id, string? checksum, CancellationToken ct)
    {
        if (!Checksum.Parse(checksum).TryGet(out var promised, out var refusal))
            return refusal;
        var path = PathOf(id);
        if (!File.Exists(path))
            return Refusal.NotFound("source");
        if (promised is null)
            return path;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        return Upload.Compare(promised, digest) is { } differs ? differs : path;
    }

    /// <summary>Removes what is too old.</summary>
    public void RemoveExpired()
    {
        var oldest = _time.GetUtcNow().UtcDateTime - _options.SourceLife;
        foreach (var file in new DirectoryInfo(_options.SourcesFolder).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc < oldest)
                file.Delete();
        }
    }

    /// <summary>At start: removes uploads that the end of the last process cut off.</summary>
    public void RemoveParts()
    {
        foreach (var part in Directory.EnumerateFiles(_options.SourcesFolder, "*" + PartSuffix))
            File.Delete(part);
    }

    private string PathOf(Guid id) => Path.Combine(_options.SourcesFolder, $"{id:N}.archive");
}
