using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Renga.Testing;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>A client of apps. It knows by itself that <c>*.localhost</c> is this machine, since not every resolver does.</summary>
internal sealed class Browser : IDisposable
{
    private readonly int _port;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _http;

    public Browser(int routerPort)
    {
        _port = routerPort;
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, routerPort, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(_handler) { Timeout = TimeSpan.FromSeconds(90) };
    }

    public Uri Url(string app, string path = "/") => new($"http://{app}.localhost:{_port}{path}");

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string app, string path, CancellationToken ct)
    {
        using var response = await _http.GetAsync(Url(app, path), ct);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(ct));
    }

    /// <summary>The body of a page that must be 200.</summary>
    public async Task<string> ReadAsync(string app, string path, CancellationToken ct)
    {
        var (status, body) = await GetAsync(app, path, ct);
        status.ShouldBe(HttpStatusCode.OK, $"{app} {path} answered: {body}");
        return body;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => _http.SendAsync(request, ct);

    /// <summary>Asks until the page says what is expected; the failure says what it said instead.</summary>
    public Task ShowsAsync(string app, string path, string expected, CancellationToken ct, TimeSpan? limit = null) =>
        Eventually.HoldsAsync(
            $"{app}{path} to show \"{expected}\"",
            async token =>
            {
                var (status, body) = await GetAsync(app, path, token);
                return body.Contains(expected, StringComparison.Ordinal) ? true : throw new InvalidOperationException($"It showed {(int)status}: {body}");
            },
            ct,
            limit ?? TimeSpan.FromSeconds(60));

    public async Task<WebSocket> OpenSocketAsync(string app, string path, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
        await socket.ConnectAsync(new UriBuilder(Url(app, path)) { Scheme = "ws" }.Uri, invoker, ct);
        return socket;
    }

    public static async Task<string> ReceiveAsync(WebSocket socket, CancellationToken ct)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult piece;
        do
        {
            piece = await socket.ReceiveAsync(buffer, ct);
            text.Append(Encoding.UTF8.GetString(buffer, 0, piece.Count));
        }
        while (!piece.EndOfMessage);
        return text.ToString();
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }
}
