using System.Collections.Concurrent;
using System.Security.Cryptography;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Model.Slugs;
using Renga.Testing;

namespace Renga.Api.Tests;

/// <summary>Uploads as they came. An archive that says "bad" is refused.</summary>
internal sealed class FakeArchives(TemporaryFolder folder) : ISources, ISlugArchives
{
    private readonly ConcurrentDictionary<string, byte[]> _images = new();

    public async Task<Result<long>> PutAsync(Guid id, Stream content, long? length, CancellationToken ct)
    {
        var bytes = await ReadAllAsync(content, ct);
        await File.WriteAllBytesAsync(folder[id.ToString()], bytes, ct);
        return bytes.Length;
    }

    public Task<Result<string>> LocateAsync(Guid id, string? checksum, CancellationToken ct) =>
        Task.FromResult<Result<string>>(File.Exists(folder[id.ToString()]) ? folder[id.ToString()] : Refusal.NotFound("source"));

    public async Task<Result<StoredSlug>> ReadAsync(Stream archive, string? checksum, CancellationToken ct)
    {
        var bytes = await ReadAllAsync(archive, ct);
        if (bytes.AsSpan().SequenceEqual("bad"u8))
            return Refusal.Invalid("The archive cannot be read.");
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _images[digest] = bytes;
        return new StoredSlug(digest, bytes.Length, Checksum.Format(digest));
    }

    public async Task<Result<bool>> WriteAsync(string image, Stream to, Action begin, CancellationToken ct)
    {
        if (!_images.TryGetValue(image, out var bytes))
            return Refusal.NotFound("slug");
        begin();
        await to.WriteAsync(bytes, ct);
        return true;
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken ct)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, ct);
        return all.ToArray();
    }
}
