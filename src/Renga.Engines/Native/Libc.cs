using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Renga.Engines.Native;

/// <summary>The calls of the C library that the base library lacks.</summary>
internal static partial class Libc
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int NonBlocking = 0x800;
    public const int Folder = 0x10000;
    public const int NoFollow = 0x20000;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;
    public const uint InModify = 0x2;
    public const uint InAttributes = 0x4;
    public const uint InMovedTo = 0x80;
    public const uint InCreate = 0x100;
    public const uint InMoveSelf = 0x800;
    public const uint InAddToMask = 0x20000000;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRaw(string path, int flags);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string from, string to);

    /// <summary>Removes an empty folder and nothing else, which a control group's folder needs: its files are not ours to remove.</summary>
    [LibraryImport(Library, EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveFolder(string path);

    [LibraryImport(Library, EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwnerRaw(string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport(Library, EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyInit(int flags);

    [LibraryImport(Library, EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InotifyAdd(SafeFileHandle handle, string path, uint mask);

    [LibraryImport(Library, EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int InotifyRemove(SafeFileHandle handle, int watch);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle handle, Span<byte> buffer, nint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> result);

    /// <summary>The number that tells a file from another one of the same name; null when there is none.</summary>
    public static ulong? Inode(string path)
    {
        const int CurrentFolder = -100;
        const uint InodeMask = 0x100;
        Span<byte> result = stackalloc byte[256];
        return Statx(CurrentFolder, path, 0, InodeMask, result) < 0 ? null : BitConverter.ToUInt64(result[32..]);
    }

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle handle, long offset, int whence);

    /// <summary>The parts of a sparse file that hold data.</summary>
    public static IEnumerable<(long Offset, int Length)> DataOf(SafeFileHandle file)
    {
        const int ToData = 3, ToHole = 4;
        for (long start, end = 0; (start = Seek(file, end, ToData)) >= 0;)
        {
            end = Seek(file, start, ToHole);
            yield return (start, checked((int)(end - start)));
        }
    }

    [LibraryImport(Library, EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPathRaw(string path, Span<byte> resolved);

    /// <summary>The path without links; null when there is no such file.</summary>
    public static string? RealPath(string path)
    {
        const int LongestPath = 4096;
        var resolved = new byte[LongestPath];
        return RealPathRaw(path, resolved) == 0 ? null : System.Text.Encoding.UTF8.GetString(resolved.AsSpan(0, resolved.AsSpan().IndexOf((byte)0)));
    }

    public static void ChangeOwner(string path, uint owner)
    {
        if (ChangeOwnerRaw(path, owner, owner) < 0)
            throw Failed($"chown {path}");
    }

    /// <summary>Opens, or null with the error number.</summary>
    public static SafeFileHandle? TryOpen(string path, int flags, out int error)
    {
        var descriptor = OpenRaw(path, flags | CloseOnExec);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public static SafeFileHandle Open(string path, int flags) => TryOpen(path, flags, out var error) ?? throw Failed($"open {path}", error);

    public static IOException Failed(string what) => Failed(what, Marshal.GetLastPInvokeError());

    public static IOException Failed(string what, int error) => new($"{what}: {new Win32Exception(error).Message}", error);
}
