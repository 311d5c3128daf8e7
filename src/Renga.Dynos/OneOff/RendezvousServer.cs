using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Renga.Dynos.Loop;
using Renga.Protocol.Rendezvous;

namespace Renga.Dynos.OneOff;

/// <summary>
/// Listens for clients of attached one-off dynos. A secret is good for one connection. Offers are found by the hash of the secret, so the time a look-up takes
/// says nothing about it.
/// </summary>
internal sealed class RendezvousServer(RendezvousOptions options, BackgroundWork work, TimeProvider time, ILogger<RendezvousServer> logger) : IDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<string, RendezvousOffer> _offers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _handshakes = new(options.MaxHandshakes);
    private Socket? _listener;

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint Endpoint => (IPEndPoint?)_listener?.LocalEndPoint ?? throw new InvalidOperationException("The rendezvous server has not started.");

    public void Start()
    {
        _listener = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(options.Address, options.Port));
        _listener.Listen(512);
        DynosLog.RendezvousListens(logger, Endpoint);
        work.Start(AcceptAsync);
    }

    /// <summary>A new secret that one client may connect with.</summary>
    public RendezvousOffer Offer()
    {
        var secret = RendezvousProtocol.NewSecret();
        var key = KeyOf(secret);
        var offer = new RendezvousOffer(RendezvousProtocol.Url(options.PublicHost, Endpoint.Port, secret), () => _offers.TryRemove(key, out _));
        _offers[key] = offer;
        return offer;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _handshakes.Dispose();
    }

    private static string KeyOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private async Task AcceptAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await _handshakes.WaitAsync(ct);
                var socket = await _listener!.AcceptAsync(ct);
                work.Start(stop => GreetAsync(socket, stop));
            }
            catch (SocketException e)
            {
                _handshakes.Release();
                DynosLog.AcceptFailed(logger, e);
                await Task.Delay(AcceptRetry, time, ct);
            }
        }
    }

    /// <summary>TLS, the secret, the greeting; then the connection is the session's.</summary>
    private async Task GreetAsync(Socket socket, CancellationToken stop)
    {
        var peer = socket.RemoteEndPoint;
        socket.NoDelay = true;
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var handedOver = false;
        try
        {
            using var limit = new CancellationTokenSource(options.HandshakeTimeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            await tls.AuthenticateAsServerAsync(ServerOptions(), both.Token);
            var secret = RendezvousProtocol.ParseSecret(await ReadLineAsync(tls, both.Token));
            if (secret is null || !_offers.TryRemove(KeyOf(secret), out var offer))
            {
                DynosLog.RendezvousRefused(logger, peer, "no such session");
                return;
            }

            await tls.WriteAsync(RendezvousProtocol.Greeting, both.Token);
            await tls.FlushAsync(both.Token);
            handedOver = offer.Accept(new RendezvousClient(tls, time.GetUtcNow()));
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException or OperationCanceledException)
        {
            DynosLog.RendezvousRefused(logger, peer, e.Message);
        }
        finally
        {
            _handshakes.Release();
            if (!handedOver)
                await tls.DisposeAsync();
        }
    }

    private SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificate = (options.Certificate ?? throw new InvalidOperationException("The rendezvous server has no certificate."))(),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    /// <summary>One byte at a time, so that nothing behind the line is taken from the session.</summary>
    private static async Task<byte[]> ReadLineAsync(SslStream tls, CancellationToken ct)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line.Count < RendezvousProtocol.MaxRequestLine)
        {
            if (await tls.ReadAsync(one, ct) == 0)
                throw new IOException("closed before a line came");
            if (one[0] == '\n')
                return [.. line];
            line.Add(one[0]);
        }

        throw new IOException("the first line is too long");
    }
}
