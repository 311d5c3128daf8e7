using System.Net.Security;
using Renga.Engines;
using Renga.Protocol.Rendezvous;

namespace Renga.Dynos.OneOff;

/// <summary>Bytes between one client and one dyno, both ways, until the dyno has ended.</summary>
internal sealed class AttachedSession(IDynoTerminal terminal, RendezvousClient client, bool isTerminal, RendezvousOptions options, TimeProvider time) : IDisposable
{
    private const int BufferSize = 8 * 1024;
    private readonly CancellationTokenSource _clientGone = new();

    /// <summary>Keeps the client from reading the dyno's first bytes together with the greeting, which it throws away.</summary>
    public static async Task WaitForGapAsync(RendezvousClient client, RendezvousOptions options, TimeProvider time, CancellationToken ct)
    {
        var rest = client.GreetedAt + options.GreetingGap - time.GetUtcNow();
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, time, ct);
    }

    /// <param name="clientGone">Called once when the client has gone, or was idle too long, before the dyno ended.</param>
    public async Task RunAsync(Func<ValueTask> clientGone, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var idle = time.CreateTimer(_ => GiveUp(), null, options.IdleTimeout, Timeout.InfiniteTimeSpan);
        await WaitForGapAsync(client, options, time, ct);

        // 1. Both directions, until the dyno has nothing more to say. A client that goes does not stop the reading: a dyno must not hang on a full pipe.
        var input = CopyInputAsync(idle, over.Token);
        var output = CopyOutputAsync(idle, ct);
        if (await Task.WhenAny(input, output) == input && !ct.IsCancellationRequested)
        {
            await _clientGone.CancelAsync();
            await clientGone();
        }

        await output;

        // 2. All output was sent: close in order, which is how the client knows that the session is over.
        await over.CancelAsync();
        await CloseAsync();
        await input;
    }

    public void Dispose() => _clientGone.Dispose();

    private void GiveUp()
    {
        try
        {
            _clientGone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session ended at the same moment.
        }
    }

    private async Task CopyOutputAsync(ITimer idle, CancellationToken ct)
    {
        var buffer = new byte[BufferSize];
        var (start, end) = (0, 0);
        while (true)
        {
            // 1. Read; what may be part of an exit status line waits for its rest, but not for long.
            var read = terminal.ReadAsync(buffer.AsMemory(end), ct).AsTask();
            if (end > start && !await ComesSoonAsync(read, options.MarkerWait, ct))
            {
                await SendAsync(buffer.AsMemory(start, end - start));
                start = end;
            }

            var count = await read;
            if (count == 0)
                break;

            // 2. Send whole pieces.
            end += count;
            idle.Change(options.IdleTimeout, Timeout.InfiniteTimeSpan);
            while (start < end && ExitStatusMarker.NextPiece(buffer.AsSpan(start, end - start)) is var piece and > 0)
            {
                await SendAsync(buffer.AsMemory(start, piece));
                start += piece;
            }

            // 3. Keep the rest, which is short.
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        await SendAsync(buffer.AsMemory(start, end - start));
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || _clientGone.IsCancellationRequested)
            return;
        try
        {
            await client.Stream.WriteAsync(bytes, _clientGone.Token);
            await client.Stream.FlushAsync(_clientGone.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            await _clientGone.CancelAsync();
        }
    }

    /// <summary>Ends when the client has gone.</summary>
    private async Task CopyInputAsync(ITimer idle, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, _clientGone.Token);
        var buffer = new byte[BufferSize];
        var open = true;
        try
        {
            while (true)
            {
                var count = await client.Stream.ReadAsync(buffer, over.Token);
                if (count == 0)
                    return;
                idle.Change(options.IdleTimeout, Timeout.InfiniteTimeSpan);
                if (open)
                    open = await PassOnAsync(buffer, count, over.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone, or the session is over.
        }
    }

    /// <summary>
    /// Without a terminal, byte 0x04 alone at the end means the end of input; if more follows soon it was data. False when the dyno's input is closed.
    /// </summary>
    private async Task<bool> PassOnAsync(byte[] buffer, int count, CancellationToken ct)
    {
        try
        {
            while (!isTerminal && buffer[count - 1] == RendezvousProtocol.EndOfInput)
            {
                await terminal.WriteAsync(buffer.AsMemory(0, count - 1), ct);
                var more = client.Stream.ReadAsync(buffer.AsMemory(1), ct).AsTask();
                if (!await ComesSoonAsync(more, options.EndOfInputWait, ct))
                {
                    await terminal.CloseInputAsync(ct);
                    await more;
                    return false;
                }

                buffer[0] = RendezvousProtocol.EndOfInput;
                count = 1 + await more;
                if (count == 1)
                {
                    await terminal.CloseInputAsync(ct);
                    throw new IOException("the client has gone");
                }
            }

            await terminal.WriteAsync(buffer.AsMemory(0, count), ct);
            return true;
        }
        catch (IOException) when (!ct.IsCancellationRequested)
        {
            // The dyno closed its input or has ended: the client's side is still watched.
            return false;
        }
    }

    private async Task<bool> ComesSoonAsync(Task read, TimeSpan wait, CancellationToken ct)
    {
        if (read.IsCompleted)
            return true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(read, Task.Delay(wait, time, limit.Token));
        await limit.CancelAsync();
        return read.IsCompleted;
    }

    private async Task CloseAsync()
    {
        try
        {
            if (!_clientGone.IsCancellationRequested && client.Stream is SslStream tls)
                await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has gone first.
        }

        await client.Stream.DisposeAsync();
    }
}
