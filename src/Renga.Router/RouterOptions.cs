using System.Net;

namespace Renga.Router;

/// <summary>The router's configuration, set once at start. The numbers are Heroku's (protocols.md 6.1) unless a comment says otherwise.</summary>
public sealed class RouterOptions
{
    /// <summary>Where clients connect. Null: every address of this machine, IPv4 and IPv6.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>TCP port; 0 takes a free one (see <see cref="RouterHost.BoundAddress"/>). Default 8080.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>To connect to a dyno. Default 5 s; then the next dyno is tried, and H19 when there is none.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>From the end of the request to the first byte of the response. Default 30 s; then H12.</summary>
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a byte in either direction, after the first. Default 55 s; then H15 (dyno) or H28 (client).</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(55);

    /// <summary>How long a request is held while an app has no dyno up. Default 75 s; then H20 (starting) or H99 (all dynos refuse).</summary>
    public TimeSpan HoldTimeout { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>Requests held at one time per app. Default 1,000; then H11.</summary>
    public int HoldLimit { get; set; } = 1_000;

    /// <summary>Requests a dyno works on at one time; upgraded connections and event streams do not count. Default 50; more are queued.</summary>
    public int InFlightPerDyno { get; set; } = 50;

    /// <summary>Requests queued for a free dyno, per dyno that is up. Default 50; then H11.</summary>
    public int QueuePerDyno { get; set; } = 50;

    /// <summary>How long a request waits in that queue. Default 30 s; then H11.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Dynos tried for one request before H19 or H21. Default 10.</summary>
    public int ConnectTries { get; set; } = 10;

    /// <summary>How long a dyno that refused or did not answer a connection is left alone. Default 5 s.</summary>
    public TimeSpan Quarantine { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After every dyno refused: how long to wait for a new route snapshot before H21. A dyno dies a moment before the dyno manager says so,
    /// and the request can still be held. Default 500 ms. Ours, not Heroku's.
    /// </summary>
    public TimeSpan RefusalGrace { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long an unused connection to a dyno is kept. Default 4 s: below the 5 s after which common web servers close theirs, so that
    /// a request rarely meets a closing connection.
    /// </summary>
    public TimeSpan IdleConnection { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>A request that must not be sent twice takes only connections used within this. Default 1 s.</summary>
    public TimeSpan FreshConnection { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Unused connections kept per dyno. Default 64.</summary>
    public int IdleConnectionsPerDyno { get; set; } = 64;

    /// <summary>With <c>Expect: 100-continue</c>: how long the dyno may think before the body is sent anyway. Default 1 s.</summary>
    public TimeSpan ContinueTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>An idle client connection is closed after this. Default 60 s.</summary>
    public TimeSpan ClientKeepAlive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A client must have sent its request head within this. Default 30 s.</summary>
    public TimeSpan ClientHeadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of the request line. Default 8,192.</summary>
    public int RequestLineLimit { get; set; } = 8192;

    /// <summary>Bytes of one request header line. Default 8,192; more is refused with 400 (H26).</summary>
    public int RequestHeaderLimit { get; set; } = 8192;

    /// <summary>Bytes of all request headers together. Default 256 KiB. Ours: 1,000 lines of 8 KiB would let one client take 8 MB.</summary>
    public int RequestHeadersLimit { get; set; } = 256 * 1024;

    /// <summary>Request headers. Default 1,000.</summary>
    public int RequestHeaderCount { get; set; } = 1_000;

    /// <summary>Bytes of a response head. Default 512 KiB; more is H25.</summary>
    public int ResponseHeadLimit { get; set; } = 512 * 1024;

    /// <summary>Bytes of a response that wait for a slow client before the dyno has to wait. Default 1 MiB per connection.</summary>
    public int ResponseBuffer { get; set; } = 1024 * 1024;

    /// <summary>Client connections at one time; null for no limit. Default null.</summary>
    public long? ConnectionLimit { get; set; }

    /// <summary>Every problem with these options, for a message at start; empty when there is none.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Port is < 0 or > 65535)
            problems.Add($"router port {Port} is not between 0 and 65535");
        foreach (var (name, value) in new[]
        {
            (nameof(ConnectTimeout), ConnectTimeout), (nameof(FirstByteTimeout), FirstByteTimeout), (nameof(IdleTimeout), IdleTimeout),
            (nameof(HoldTimeout), HoldTimeout), (nameof(QueueTimeout), QueueTimeout), (nameof(Quarantine), Quarantine),
        })
        {
            if (value <= TimeSpan.Zero)
                problems.Add($"{name} must be longer than nothing");
        }

        foreach (var (name, value) in new[]
        {
            (nameof(HoldLimit), HoldLimit), (nameof(InFlightPerDyno), InFlightPerDyno), (nameof(ConnectTries), ConnectTries),
            (nameof(RequestLineLimit), RequestLineLimit), (nameof(RequestHeaderLimit), RequestHeaderLimit), (nameof(ResponseHeadLimit), ResponseHeadLimit),
        })
        {
            if (value <= 0)
                problems.Add($"{name} must be at least 1");
        }

        return problems;
    }
}
