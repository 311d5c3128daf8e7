namespace Renga.Engines.State;

/// <summary>
/// Files that are either whole and old or whole and new, whichever process is killed when. They are not flushed to the disk, which would cost more than
/// starting a dyno: what they tell about does not outlive the machine either, and a file that the machine lost reads as half made.
/// </summary>
internal static class AtomicFile
{
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var temporary = path + ".new";
        await File.WriteAllBytesAsync(temporary, content, ct);
        File.Move(temporary, path, overwrite: true);
    }
}
