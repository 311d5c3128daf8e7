using System.Net.Sockets;
using Renga.Engines.Native;
using Renga.Engines.State;

namespace Renga.Engines.Supervision;

/// <summary>The supervisor's attach socket: packets whose first byte says which stream they are of.</summary>
internal sealed class AttachedTerminal : IDynoTerminal
{
    private const int LargestPacket = 8192;
    private readonly Socket _socket;
    private readonly bool _terminal;
    private readonly byte[] _packet = new byte[LargestPacket + 1];
    private ReadOnlyMemory<byte> _rest;

    private AttachedTerminal(Socket socket, bool terminal)
    {
        _socket = socket;
        _terminal = terminal;
    }

    public static async Task<AttachedTerminal> ConnectAsync(DynoFolder folder, bool terminal, CancellationToken ct)
    {
        // The path of a socket has room for 108 bytes; through a handle of its folder it is always short.
        using var bundle = Libc.Open(folder.Bundle, Libc.PathOnly | Libc.Folder);
        var socket = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint($"/proc/self/fd/{bundle.DangerousGetHandle()}/attach"), ct);
            return new(socket, terminal);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (_rest.IsEmpty)
        {
            int read;
            try
            {
                read = await _socket.ReceiveAsync(_packet, SocketFlags.None, ct);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                return 0;
            }

            if (read == 0)
                return 0;
            _rest = _packet.AsMemory(1, read - 1);
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, LargestPacket)..])
                await _socket.SendAsync(bytes[..Math.Min(bytes.Length, LargestPacket)], SocketFlags.None, ct);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            // It has ended; the reading side says so.
        }
    }

    public ValueTask CloseInputAsync(CancellationToken ct)
    {
        if (!_terminal)
            _socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
