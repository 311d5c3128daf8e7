using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Renga.Builds.Results;

/// <summary>The one question to libc that .NET does not answer: what kind of file is this, without opening it.</summary>
internal static partial class Native
{
    public const int TypeMask = 0xF000;
    public const int Regular = 0x8000;

    private const int AtFdCwd = -100;
    private const int NoFollow = 0x100;
    private const uint WantType = 1;
    private const int ModeOffset = 28;
    private const int StructureBytes = 256;

    /// <summary>The type bits of a file's mode, not following a link.</summary>
    public static unsafe int Mode(string path)
    {
        var buffer = stackalloc byte[StructureBytes];
        if (Statx(AtFdCwd, path, NoFollow, WantType, buffer) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return *(ushort*)(buffer + ModeOffset);
    }

    // struct statx has the same layout on every architecture, unlike struct stat.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* result);
}
