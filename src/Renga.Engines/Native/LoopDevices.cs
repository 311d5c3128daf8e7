using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Renga.Engines.Native;

/// <summary>A block device over a file, held open: while it is, the kernel keeps it. It goes by itself when nothing uses it any more.</summary>
internal sealed record LoopDevice(string Path, SafeFileHandle Handle) : IDisposable
{
    public void Dispose() => Handle.Dispose();
}

/// <summary>Makes and finds block devices over image files. The kernel counts their uses, so there is nothing to recover after a restart of ours.</summary>
internal static partial class LoopDevices
{
    private const uint Configure = 0x4C0A;
    private const uint GetStatus = 0x4C05;
    private const uint GetFree = 0x4C82;
    private const uint FlagReadOnly = 1;
    private const uint FlagAutoClear = 4;
    private const int InfoSize = 232;
    private const int ReadWrite = 2;
    private const int Busy = 16;

    /// <summary>The device of a file, made now unless there is one: two devices over one file would corrupt a file system on it.</summary>
    public static LoopDevice Open(string path, bool readOnly)
    {
        using var file = File.OpenHandle(path, FileMode.Open, readOnly ? FileAccess.Read : FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var inode = Libc.Inode(path);
        while (true)
        {
            if (Find(path, inode, readOnly) is { } found)
                return found;
            if (TryMake(file, path, readOnly) is { } made)
                return made;
        }
    }

    private static LoopDevice? TryMake(SafeFileHandle file, string path, bool readOnly)
    {
        using var control = Libc.Open("/dev/loop-control", ReadWrite);
        var number = Control(control, GetFree, 0);
        if (number < 0)
            throw Libc.Failed("find a free loop device");
        var device = DevicePath(number);
        var handle = Libc.Open(device, readOnly ? Libc.ReadOnly : ReadWrite);

        // struct loop_config: file, block size, struct loop_info64 (flags at 52, name at 56), reserved.
        Span<byte> config = stackalloc byte[8 + InfoSize + 64];
        config.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(config, (uint)file.DangerousGetHandle());
        BinaryPrimitives.WriteUInt32LittleEndian(config[(8 + 52)..], FlagAutoClear | (readOnly ? FlagReadOnly : 0));
        var name = System.Text.Encoding.UTF8.GetBytes(path);
        name.AsSpan(0, Math.Min(name.Length, 63)).CopyTo(config[(8 + 56)..]);
        if (Control(handle, Configure, config) == 0)
            return new(device, handle);

        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        // Somebody else took the free one in between: look again.
        return error == Busy ? null : throw Libc.Failed($"loop device for {path}", error);
    }

    private static LoopDevice? Find(string path, ulong? inode, bool readOnly)
    {
        Span<byte> info = stackalloc byte[InfoSize];
        foreach (var folder in Directory.EnumerateDirectories("/sys/block", "loop*"))
        {
            if (BackingFile(folder) != path)
                continue;
            var number = int.Parse(Path.GetFileName(folder.AsSpan())[4..], CultureInfo.InvariantCulture);
            var handle = Libc.TryOpen(DevicePath(number), readOnly ? Libc.ReadOnly : ReadWrite, out _);
            if (handle is null)
                continue;
            // It may have become another file's between the look and the opening; held open it stays what it is.
            if (Control(handle, GetStatus, info) == 0 && BinaryPrimitives.ReadUInt64LittleEndian(info[8..]) == inode)
                return new(DevicePath(number), handle);
            handle.Dispose();
        }

        return null;
    }

    private static string? BackingFile(string folder)
    {
        try
        {
            return File.ReadAllText(folder + "/loop/backing_file").TrimEnd('\n');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string DevicePath(int number) => string.Create(CultureInfo.InvariantCulture, $"/dev/loop{number}");

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, nint argument);
}
