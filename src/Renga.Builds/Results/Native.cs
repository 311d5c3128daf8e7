using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Renga.Builds.Results;

/// <summary>What .NET does not tell of a file without opening it: its kind, its number, the disk it takes.</summary>
internal static partial class Native
{
    public const int TypeMask = 0xF000;
    public const int Regular = 0x8000;

    private const int AtFdCwd = -100;
    private const int NoFollow = 0x100;
    private const uint BasicFields = 0x7ff;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int SizeOffset = 40;
    private const int BlocksOffset = 48;
    private const int ChangedOffset = 96;
    private const int ModifiedOffset = 112;
    private const int BlockBytes = 512;
    private const int CloseOnExec = 0x80000;
    private const int StructureBytes = 256;

    /// <summary>The type bits of a file's mode, not following a link.</summary>
    public static unsafe int Mode(string path)
    {
        var buffer = stackalloc byte[StructureBytes];
        Ask(path, buffer);
        return *(ushort*)(buffer + ModeOffset);
    }

    /// <summary>Bytes on the disk, without the holes.</summary>
    public static unsafe long DiskBytes(string path)
    {
        var buffer = stackalloc byte[StructureBytes];
        Ask(path, buffer);
        return *(long*)(buffer + BlocksOffset) * BlockBytes;
    }

    /// <summary>What changes when a file's bytes do.</summary>
    public static unsafe FileIdentity Identity(string path)
    {
        var buffer = stackalloc byte[StructureBytes];
        Ask(path, buffer);
        return new(*(ulong*)(buffer + InodeOffset), *(long*)(buffer + SizeOffset), Time(buffer + ModifiedOffset), Time(buffer + ChangedOffset));
    }

    /// <summary>Waits until what was made, renamed or removed in a folder is on the disk.</summary>
    public static void FlushFolder(string path)
    {
        var folder = Open(path, CloseOnExec);
        if (folder < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        try
        {
            if (Fsync(folder) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Close(folder);
        }
    }

    // Seconds and nanoseconds.
    private static unsafe (long, uint) Time(byte* field) => (*(long*)field, *(uint*)(field + sizeof(long)));

    private static unsafe void Ask(string path, byte* buffer)
    {
        if (Statx(AtFdCwd, path, NoFollow, BasicFields, buffer) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    // struct statx has the same layout on every architecture, unlike struct stat.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}

/// <summary>A file as it was at one moment: its number, length, and when its bytes and its entry last changed.</summary>
internal readonly record struct FileIdentity(ulong Inode, long Length, (long Seconds, uint Nanoseconds) Modified, (long Seconds, uint Nanoseconds) Changed);
