using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Renga.Dynos.Tests.OneOff;

/// <summary>A client that speaks as the official one does: TLS without name check, secret and line end, then chunks as they come.</summary>
internal sealed class RendezvousPeer : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    private readonly SslStream _tls;

    private RendezvousPeer(TcpClient tcp, SslStream tls)
    {
        _tcp = tcp;
        _tls = tls;
    }

    public static async Task<RendezvousPeer> ConnectAsync(string attachUrl, CancellationToken ct)
    {
        var uri = new Uri(attachUrl);
        uri.Scheme.ShouldBe("rendezvous");
        var tcp = new TcpClient();
        await tcp.ConnectAsync(uri.Host, uri.Port, ct);
#pragma warning disable CA5359 // the certificate is the test's own
        var tls = new SslStream(tcp.GetStream(), false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "" }, ct);
        var peer = new RendezvousPeer(tcp, tls);
        await peer.SendAsync($"{uri.PathAndQuery[1..]}\r\n", ct);
        return peer;
    }

    public async Task SendAsync(string text, CancellationToken ct)
    {
        await _tls.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        await _tls.FlushAsync(ct);
    }

    /// <summary>One chunk, at most a TLS record; empty at the end.</summary>
    public async Task<string> ReadAsync(CancellationToken ct)
    {
        var buffer = new byte[32 * 1024];
        var count = await _tls.ReadAsync(buffer, ct);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    public async Task<string> ReadToEndAsync(CancellationToken ct)
    {
        var all = new StringBuilder();
        while (await ReadAsync(ct) is { Length: > 0 } chunk)
            all.Append(chunk);
        return all.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _tcp.Dispose();
    }
}
