using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Renga.Dynos.OneOff;

/// <summary>Where clients of attached one-off dynos connect.</summary>
public sealed class RendezvousOptions
{
    /// <summary>Address to listen on. Default: all.</summary>
    public IPAddress Address { get; set; } = IPAddress.Any;

    /// <summary>Port to listen on; 0 for any free one. Default 5002.</summary>
    public int Port { get; set; } = 5002;

    /// <summary>The host that <c>attach_url</c> names. Default <c>localhost</c>.</summary>
    public string PublicHost { get; set; } = "localhost";

    /// <summary>The certificate and its key, for <see cref="PublicHost"/>. Asked at every connection, so it may change.</summary>
    public Func<X509Certificate2>? Certificate { get; set; }

    /// <summary>A connection must have named its session after this. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections that have not yet named a session, at one time. Default 256.</summary>
    public int MaxHandshakes { get; set; } = 256;

    /// <summary>A session without a byte in either direction ends after this. Default 1 h.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Between the greeting and the first byte of the dyno, so that no client sees both as one chunk. It passes while the dyno is made. Default 100 ms.</summary>
    public TimeSpan GreetingGap { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long output that may be part of the exit status line waits for its rest. Default 200 ms.</summary>
    public TimeSpan MarkerWait { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a byte 0x04 at the end of a read may turn out to be data before it means the end of input. Only without terminal. Default 100 ms.</summary>
    public TimeSpan EndOfInputWait { get; set; } = TimeSpan.FromMilliseconds(100);
}
