using System.Net.Sockets;
using System.Text;

namespace Renga.Router.Tests.Beds;

/// <summary>A TCP connection that is spoken to in raw text: either end of the router.</summary>
public sealed class Wire(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _received = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, Ct)..];
    }

    /// <summary>Reads up to and with the text; what follows stays for the next read.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        while (true)
        {
            var all = Encoding.Latin1.GetString([.. _received]);
            var at = all.IndexOf(text, StringComparison.Ordinal);
            if (at >= 0)
            {
                _received.RemoveRange(0, at + text.Length);
                return all[..(at + text.Length)];
            }

            if (!await ReceiveAsync())
                throw new EndOfStreamException($"Expected \"{text}\" before the end. Received: \"{all}\"");
        }
    }

    public Task<string> ReadHeadAsync() => ReadToAsync("\r\n\r\n");

    public async Task<string> ReadAsync(int count)
    {
        while (_received.Count < count)
        {
            if (!await ReceiveAsync())
                throw new EndOfStreamException($"Expected {count} bytes before the end, received {_received.Count}.");
        }

        var text = Encoding.Latin1.GetString([.. _received[..count]]);
        _received.RemoveRange(0, count);
        return text;
    }

    /// <summary>Reads to the end; a reset counts as the end.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }

        var text = Encoding.Latin1.GetString([.. _received]);
        _received.Clear();
        return text;
    }

    /// <summary>Reads one response with a Content-Length.</summary>
    public async Task<(string Head, string Body)> ReadResponseAsync()
    {
        var head = await ReadHeadAsync();
        var length = head.Split("\r\n").First(static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
        return (head, await ReadAsync(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Reads a failure's page, or to the end when a response had begun.</summary>
    public async Task<string> ReadToEndOrResponseAsync()
    {
        var head = await ReadHeadAsync();
        return head.StartsWith("HTTP/1.1 503", StringComparison.Ordinal) ? head : head + await ReadToEndAsync();
    }

    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        try
        {
            var count = await socket.ReceiveAsync(_buffer, Ct);
            _received.AddRange(_buffer.AsSpan(0, count));
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
