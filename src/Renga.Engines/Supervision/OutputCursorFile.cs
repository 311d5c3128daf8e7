using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Renga.Engines.Supervision;

/// <summary>The acknowledged position: eight bytes, written in place, which the kernel keeps when we are killed.</summary>
internal sealed class OutputCursorFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private long _position;

    public OutputCursorFile(string path)
    {
        _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> bytes = stackalloc byte[8];
        _position = RandomAccess.Read(_handle, bytes, 0) == 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;
    }

    public long Position => Interlocked.Read(ref _position);

    /// <summary>Positions only go forward.</summary>
    public void Write(long position)
    {
        if (position <= Position)
            return;
        Interlocked.Exchange(ref _position, position);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, position);
        RandomAccess.Write(_handle, bytes, 0);
    }

    public void Dispose() => _handle.Dispose();
}
