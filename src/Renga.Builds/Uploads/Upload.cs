using System.Buffers;
using System.Security.Cryptography;
using Renga.Builds.Output;
using Renga.Model;

namespace Renga.Builds.Uploads;

/// <summary>A file that a client sent.</summary>
/// <param name="Digest">SHA-256 of its bytes, lower-case hex.</param>
internal sealed record Upload(long Bytes, string Digest)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Streams into a new file, up to a limit. The caller removes the file when this refuses or throws.</summary>
    /// <param name="length">Bytes as announced, so that a hopeless upload is refused at once.</param>
    public static async Task<Result<Upload>> ReceiveAsync(Stream content, string path, long? length, long maxBytes, CancellationToken ct)
    {
        if (length > maxBytes)
            return TooLarge(maxBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            int read;
            long total = 0;
            while ((read = await content.ReadAsync(buffer, ct)) > 0)
            {
                total += read;
                if (total > maxBytes)
                    return TooLarge(maxBytes);
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            return total == 0 ? Refusal.Invalid("Nothing was uploaded: the body of the PUT is empty.") : new Upload(total, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Null when it is what was promised.</summary>
    public static Refusal? Compare(string? promised, string digest) => promised is null || promised == digest
        ? null
        : Refusal.Invalid($"The archive is not the one that was promised: its checksum is {Checksum.Format(digest)}, expected {Checksum.Format(promised)}. Upload it again.");

    private static Refusal TooLarge(long maxBytes) =>
        Refusal.Invalid($"The archive is larger than {ByteSize.Format(maxBytes)}. Leave out what the platform fetches or builds itself, such as node_modules and .git.");
}
