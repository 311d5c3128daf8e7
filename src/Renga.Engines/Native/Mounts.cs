using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Renga.Engines.Native;

/// <summary>Mounting, by system calls: no program is started, so a mount takes microseconds.</summary>
internal static partial class Mounts
{
    public const uint ReadOnly = 1;
    public const uint NoSetUid = 2;
    public const uint NoDevices = 4;
    public const uint NoAccessTime = 1024;

    private const string Library = "libc";
    private const int DetachLazily = 2;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint ConfigString = 1;
    private const uint ConfigFlag = 0;
    private const uint ConfigCreate = 6;
    private const ulong AttributeIdMap = 0x100000;
    private const int MoveFromEmptyPath = 4;

    /// <summary>System call numbers that are the same on every architecture we run on.</summary>
    private enum Call
    {
        MoveMount = 429,
        OpenFileSystem = 430,
        ConfigureFileSystem = 431,
        MountFileSystem = 432,
        SetMountAttributes = 442,
    }

    public static void Mount(string source, string target, string type, uint flags, string data)
    {
        if (MountRaw(source, target, type, flags, data) < 0)
            throw Libc.Failed($"mount {source} ({type}) at {target}");
    }

    /// <summary>Mounts a block device somewhere, with the owners on it mapped by a user namespace if one is given.</summary>
    public static void MountMapped(string device, string type, string target, bool readOnly, SafeFileHandle? userNamespace)
    {
        using var fileSystem = Handle(CallString(Call.OpenFileSystem, type, 1), $"fsopen {type}");
        Configure(fileSystem, ConfigString, "source", device);
        if (readOnly)
            Configure(fileSystem, ConfigFlag, "ro", null);
        Configure(fileSystem, ConfigCreate, null, null);
        // The new mount's flags have the values of the old ones here: read-only 1, nosuid 2, nodev 4.
        var attributes = NoSetUid | NoDevices | (readOnly ? ReadOnly : 0);
        using var mount = Handle(CallHandle(Call.MountFileSystem, fileSystem, 1, (int)attributes), $"fsmount {device}");
        if (userNamespace is not null)
            SetIdMap(mount, userNamespace);
        if (MoveMountRaw((nint)Call.MoveMount, mount, "", CurrentFolder, target, MoveFromEmptyPath) < 0)
            throw Libc.Failed($"move_mount {target}");
    }

    /// <summary>Takes away a mount; nothing happens when there is none. What still uses it keeps it until it ends.</summary>
    public static void Unmount(string target)
    {
        if (UnmountRaw(target, DetachLazily) == 0)
            return;
        const int NoSuchFile = 2, NotAMount = 22;
        var error = Marshal.GetLastPInvokeError();
        if (error is not (NoSuchFile or NotAMount))
            throw Libc.Failed($"umount {target}", error);
    }

    /// <summary>Mount points at or below a folder, the deepest last mounted first.</summary>
    public static IReadOnlyList<string> Below(string folder)
    {
        var found = new List<string>();
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var point = Unescape(line.Split(' ')[4]);
            if (point == folder || point.StartsWith(folder + "/", StringComparison.Ordinal))
                found.Add(point);
        }

        found.Reverse();
        return found;
    }

    private static void SetIdMap(SafeFileHandle mount, SafeFileHandle userNamespace)
    {
        Span<ulong> attributes = [AttributeIdMap, 0, 0, (ulong)userNamespace.DangerousGetHandle()];
        if (SetAttributesRaw((nint)Call.SetMountAttributes, mount, "", EmptyPath, attributes, attributes.Length * sizeof(ulong)) < 0)
            throw Libc.Failed("mount_setattr idmap");
    }

    private static void Configure(SafeFileHandle fileSystem, uint command, string? key, string? value)
    {
        if (ConfigureRaw((nint)Call.ConfigureFileSystem, fileSystem, command, key, value, 0) < 0)
            throw Libc.Failed($"fsconfig {key} {value}");
    }

    private static SafeFileHandle Handle(nint descriptor, string what) => descriptor < 0 ? throw Libc.Failed(what) : new(descriptor, ownsHandle: true);

    /// <summary>The kernel writes spaces and the like as octal numbers.</summary>
    private static string Unescape(string path) =>
        path.Contains('\\', StringComparison.Ordinal) ? path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal) : path;

    private static nint CallString(Call call, string text, int flags) => CallStringRaw((nint)call, text, flags);

    private static nint CallHandle(Call call, SafeFileHandle handle, int flags, int attributes) => CallHandleRaw((nint)call, handle, flags, attributes);

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountRaw(string source, string target, string type, nuint flags, string data);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountRaw(string target, int flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CallStringRaw(nint call, string text, int flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint CallHandleRaw(nint call, SafeFileHandle handle, int flags, int attributes);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ConfigureRaw(nint call, SafeFileHandle handle, uint command, string? key, string? value, int auxiliary);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SetAttributesRaw(nint call, SafeFileHandle handle, string path, int flags, ReadOnlySpan<ulong> attributes, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint MoveMountRaw(nint call, SafeFileHandle from, string fromPath, int toFolder, string to, int flags);
}
