using System.Buffers;
using System.Globalization;
using Renga.Protocol.Logs;

namespace Renga.Logs;

/// <summary>
/// Channels on disk. Per app two files of lines, <c>ID LINE</c>, only ever appended to: when the current one holds half of what an app may keep, it becomes
/// the previous one and the one before that goes. Whatever a crash cut off at the end is not a line and is passed over.
/// Appending and deleting is done by one thread (<see cref="LogHistoryWriter"/>); reading by any.
/// </summary>
internal sealed class LogHistory(LogsOptions options)
{
    private const int IdDigits = 16;
    private const int FirstRead = 256 * 1024;

    // Apps whose current file was seen to end with a whole line.
    private readonly HashSet<Guid> _checked = [];

    public string FolderOf(Guid appId) => Path.Combine(options.Folder, appId.ToString("D"));

    private string Current(Guid appId) => Path.Combine(FolderOf(appId), "current.v1.log");

    private string Previous(Guid appId) => Path.Combine(FolderOf(appId), "previous.v1.log");

    /// <summary>Adds lines; after an exception the file may hold some of them.</summary>
    public void Append(Guid appId, IReadOnlyList<LogEntry> entries)
    {
        Directory.CreateDirectory(FolderOf(appId));
        using var file = File.OpenHandle(Current(appId), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        var end = RandomAccess.GetLength(file);
        if (_checked.Add(appId))
            end = CutTornLine(file, end);

        var bytes = new ArrayBufferWriter<byte>(entries.Sum(static e => e.Line.Length + IdDigits + 2));
        foreach (var entry in entries)
        {
            entry.Id.TryFormat(bytes.GetSpan(IdDigits), out var written, "D16", CultureInfo.InvariantCulture);
            bytes.Advance(written);
            bytes.Write(" "u8);
            bytes.Write(entry.Line);
            bytes.Write("\n"u8);
        }

        try
        {
            RandomAccess.Write(file, bytes.WrittenSpan, end);
        }
        catch (IOException)
        {
            _checked.Remove(appId);
            throw;
        }

        if (end + bytes.WrittenCount > options.DiskBytes / 2)
            File.Move(Current(appId), Previous(appId), overwrite: true);
    }

    /// <summary>The last lines, oldest first.</summary>
    public List<LogEntry> ReadLast(Guid appId, int count)
    {
        var newer = ReadLast(Current(appId), count);
        if (newer.Count >= count)
            return newer;

        // The files may have changed places between the two reads; ids tell.
        var older = ReadLast(Previous(appId), count);
        if (newer.Count > 0)
            older.RemoveAll(e => e.Id >= newer[0].Id);
        return [.. older.Skip(Math.Max(0, older.Count + newer.Count - count)), .. newer];
    }

    public void Delete(Guid appId)
    {
        _checked.Remove(appId);
        if (Directory.Exists(FolderOf(appId)))
            Directory.Delete(FolderOf(appId), recursive: true);
    }

    private static List<LogEntry> ReadLast(string path, int count)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var end = RandomAccess.GetLength(file);
            for (long size = FirstRead; ; size *= 4)
            {
                var start = Math.Max(0, end - size);
                var bytes = new byte[end - start];
                var read = ReadFully(file, bytes, start);
                var entries = Parse(bytes.AsSpan(0, read), isWhole: start == 0, count);
                if (entries.Count >= count || start == 0)
                    return entries;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static int ReadFully(Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] bytes, long from)
    {
        var total = 0;
        while (total < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(total), from + total);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }

    // From the end backwards, so that only the lines that are wanted are made. What follows the last line ending is a torn line.
    private static List<LogEntry> Parse(ReadOnlySpan<byte> bytes, bool isWhole, int count)
    {
        var entries = new List<LogEntry>();
        var end = bytes.LastIndexOf((byte)'\n');
        while (end > 0 && entries.Count < count)
        {
            var start = bytes[..end].LastIndexOf((byte)'\n') + 1;
            if (start == 0 && !isWhole)
                break;
            if (ParseLine(bytes[start..end]) is { } entry && (entries.Count == 0 || entry.Id < entries[^1].Id))
                entries.Add(entry);
            end = start - 1;
        }

        entries.Reverse();
        return entries;
    }

    private static LogEntry? ParseLine(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= IdDigits + 1 || bytes[IdDigits] != ' ' || !long.TryParse(bytes[..IdDigits], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return null;
        var line = bytes[(IdDigits + 1)..];
        return LogText.TryParse(line, out _, out var source, out var process) ? new LogEntry(id, source, process, line.ToArray()) : null;
    }

    private static long CutTornLine(Microsoft.Win32.SafeHandles.SafeFileHandle file, long end)
    {
        var start = Math.Max(0, end - FirstRead);
        var bytes = new byte[end - start];
        var read = ReadFully(file, bytes, start);
        var whole = start + bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        if (whole < end)
            RandomAccess.SetLength(file, whole);
        return whole;
    }
}
