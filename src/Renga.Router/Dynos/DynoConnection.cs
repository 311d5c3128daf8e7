using System.Buffers;
using System.Net.Sockets;
using Renga.Router.Forwarding;

namespace Renga.Router.Dynos;

/// <summary>
/// One TCP connection to a dyno, with the bytes that were received and not yet used. One request uses it at a time; only <see cref="Abort"/> may come
/// from another thread (a timeout, a client that left), and then a pending read or write of the request fails.
/// </summary>
internal sealed class DynoConnection(Socket socket) : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    /// <summary>The response head last read here; its strings are reused while a dyno repeats itself.</summary>
    public ResponseHead Head { get; } = new();

    /// <summary>It served a request before, so the dyno may have closed it meanwhile.</summary>
    public bool IsReused { get; set; }

    public long IdleSince { get; set; }

    public ReadOnlyMemory<byte> Received => _buffer.AsMemory(_start, _end - _start);

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    /// <summary>Receives more behind what is there, making room up to a limit. 0: the dyno closed. -1: no room.</summary>
    public async ValueTask<int> ReceiveAsync(int limit = BufferSize)
    {
        if (!MakeRoom(limit))
            return -1;
        var count = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None);
        _end += count;
        return count;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }

    /// <summary>False when the dyno closed it, or sent something nobody asked for, while it was idle.</summary>
    public bool IsUsable()
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void ShutdownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    /// <summary>Closes the socket from any thread, so that what is pending on it fails. The buffer stays with its owner.</summary>
    public void Abort() => socket.Dispose();

    /// <summary>Closes the socket and gives the buffer back. Only for the owner, when nothing is pending.</summary>
    public void Dispose()
    {
        socket.Dispose();
        var buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool MakeRoom(int limit)
    {
        if (_end < _buffer.Length)
            return true;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            return true;
        }

        if (_buffer.Length >= limit)
            return false;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 4, limit));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        return true;
    }
}
