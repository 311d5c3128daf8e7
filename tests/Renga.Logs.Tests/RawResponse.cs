using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Renga.Logs.Tests;

/// <summary>A response read from a bare socket, so that tests see the bytes and decide when to read.</summary>
internal sealed class RawResponse : IDisposable
{
    private readonly Socket _socket;
    private readonly BufferedStream _stream;
    private readonly StringBuilder _body = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    private RawResponse(Socket socket)
    {
        _socket = socket;
        _stream = new BufferedStream(new NetworkStream(socket));
    }

    public string Head { get; private set; } = "";

    public int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <param name="receiveBuffer">A small one makes a reader that does not read stop the server soon.</param>
    public static async Task<RawResponse> GetAsync(int port, string path, string[] headers, int? receiveBuffer, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(IPAddress.Loopback, port, ct);
        var response = new RawResponse(socket);
        var request = $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(static h => h + "\r\n"))}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), ct);
        response.Head = await response.ReadLineAsync(ct) + "\n";
        string line;
        while ((line = await response.ReadLineAsync(ct)).Length > 0)
            response.Head += line + "\n";
        return response;
    }

    /// <summary>Reads until the body so far contains the text, and gives it all.</summary>
    public async Task<string> ReadUntilAsync(string text, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var searched = 0;
        while (_body.ToString(searched, _body.Length - searched).IndexOf(text, StringComparison.Ordinal) < 0)
        {
            searched = Math.Max(0, _body.Length - text.Length);
            try
            {
                if (!await ReadChunkAsync(limit.Token))
                    throw new TimeoutException($"The stream ended without \"{text}\". It was:\n{_body}");
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new TimeoutException($"No \"{text}\" in the stream. It was:\n{_body}");
            }
        }

        return _body.ToString();
    }

    public async Task<string> ReadToEndAsync(CancellationToken ct)
    {
        if (Head.Contains("Content-Length:", StringComparison.OrdinalIgnoreCase))
        {
            var length = Head.Split('\n').Single(static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
            var bytes = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await _stream.ReadExactlyAsync(bytes, ct);
            return Encoding.UTF8.GetString(bytes);
        }

        while (await ReadChunkAsync(ct))
        {
        }

        return _body.ToString();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<bool> ReadChunkAsync(CancellationToken ct)
    {
        var size = int.Parse(await ReadLineAsync(ct), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var bytes = new byte[size + 2];
        await _stream.ReadExactlyAsync(bytes, ct);
        var characters = new char[size];
        _body.Append(characters, 0, _decoder.GetChars(bytes, 0, size, characters, 0));
        return size > 0;
    }

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(one, ct);
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
    }
}
