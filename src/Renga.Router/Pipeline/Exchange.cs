using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Renga.Router.Dynos;
using Renga.Router.Routes;

namespace Renga.Router.Pipeline;

/// <summary>
/// One request on its way: what the client asked, which dyno has it, how far it got. One per client connection, reused for each request on it.
/// The request's own flow writes everything; <see cref="Stop"/> and <see cref="ExpireAt"/> come from other threads and touch only what the lock guards.
/// </summary>
internal sealed class Exchange
{
    private readonly Lock _gate = new();
    private IHttpRequestLifetimeFeature _lifetime = null!;
    private DynoConnection? _connection;
    private StopReason _stopped;
    private CancellationTokenRegistration _clientGone;
    private IPAddress? _lastAddress;
    private string _lastAddressText = "";
    private long _deadline;
    private volatile Turn _turn;
    private bool _responseBegan;

    private enum Turn
    {
        /// <summary>Nobody's: no timeout runs.</summary>
        Nobody,

        /// <summary>The request is on its way to the dyno; the client is sending its body.</summary>
        ClientSends,

        /// <summary>The request was sent: the dyno is to answer.</summary>
        DynoAnswers,

        /// <summary>The response streams; the dyno is to send more.</summary>
        DynoSends,

        /// <summary>The response streams; the client is to take what is there.</summary>
        ClientTakes,
    }

    // The client's side
    public IFeatureCollection Features { get; private set; } = null!;
    public IHttpRequestFeature Request { get; private set; } = null!;
    public IHttpResponseFeature Response { get; private set; } = null!;
    public IHttpResponseBodyFeature ResponseBody { get; private set; } = null!;
    public bool HasBody { get; private set; }

    /// <summary>The client asks to leave HTTP on this connection (WebSocket or anything else but HTTP/2, which would carry requests past the router).</summary>
    public bool IsUpgrade { get; private set; }
    public string ClientAddress { get; private set; } = "";
    public int LocalPort { get; private set; }

    // What the router made of it
    public string Host { get; private set; } = "";

    /// <summary>Path and query as they go to the dyno.</summary>
    public string Target { get; set; } = "";
    public string RequestId { get; set; } = "";

    /// <summary>X-Forwarded-For: what the client said, and its address at the end.</summary>
    public string ForwardedFor { get; set; } = "";
    public AppModel? App { get; set; }
    public DynoState? Dyno { get; set; }

    /// <summary>It counts against the dyno's limit of requests in flight.</summary>
    public bool IsWork { get; set; }

    /// <summary>Dynos that refused this request; null while none did.</summary>
    public List<DynoState>? Refused { get; set; }

    /// <summary>An idle connection turned out to be closed: the next try makes a new one.</summary>
    public bool NeedsNewConnection { get; set; }

    // How it went
    public long StartedAt { get; set; }
    public long ConnectStartedAt { get; set; }
    public long ConnectedAt { get; set; }

    /// <summary>Milliseconds to connect; -1 when no dyno was connected to.</summary>
    public long ConnectMilliseconds { get; set; }

    /// <summary>When waiting of each kind ends, all tries together; 0 while it did not wait. See <see cref="HoldingArea"/>.</summary>
    public long HoldUntil { get; set; }
    public long QueueUntil { get; set; }
    public long NewsUntil { get; set; }
    public long BytesSent { get; set; }

    // Deadlines' list
    public Exchange? Next { get; set; }
    public Exchange? Previous { get; set; }

    /// <summary>Cancelled when the client has gone. Only for the slow paths: asking for it allocates.</summary>
    public CancellationToken ClientGone => _lifetime.RequestAborted;

    public StopReason Stopped => _stopped;

    public PipeReader RequestBody => Features.Get<IRequestBodyPipeFeature>()!.Reader;

    public void Begin(IFeatureCollection features, long now)
    {
        Features = features;
        Request = features.Get<IHttpRequestFeature>()!;
        Response = features.Get<IHttpResponseFeature>()!;
        ResponseBody = features.Get<IHttpResponseBodyFeature>()!;
        _lifetime = features.Get<IHttpRequestLifetimeFeature>()!;
        HasBody = features.Get<IHttpRequestBodyDetectionFeature>()!.CanHaveBody;
        IsUpgrade = Request.Headers.Upgrade is [{ } protocol, ..]
            && features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && !protocol.StartsWith("h2c", StringComparison.OrdinalIgnoreCase);
        Host = Request.Headers.Host is [{ } host] ? host : "";

        var connection = features.Get<IHttpConnectionFeature>()!;
        LocalPort = connection.LocalPort;
        if (!ReferenceEquals(connection.RemoteIpAddress, _lastAddress))
        {
            _lastAddress = connection.RemoteIpAddress;
            _lastAddressText = (_lastAddress is { IsIPv4MappedToIPv6: true } ? _lastAddress.MapToIPv4() : _lastAddress)?.ToString() ?? "";
        }

        ClientAddress = _lastAddressText;
        Target = RequestId = ForwardedFor = "";
        App = null;
        Dyno = null;
        Refused = null;
        NeedsNewConnection = false;
        StartedAt = now;
        ConnectStartedAt = ConnectedAt = HoldUntil = QueueUntil = NewsUntil = 0;
        ConnectMilliseconds = -1;
        BytesSent = 0;
        _connection = null;
        _stopped = StopReason.None;
        _deadline = long.MaxValue;
        _turn = Turn.Nobody;
        IsWork = false;

        // The token of the connection, since it is there already and its registrations are reused; the one per request would be made for each.
        var gone = features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? _lifetime.RequestAborted;
        _clientGone = gone.UnsafeRegister(static exchange => ((Exchange)exchange!).Stop(StopReason.ClientGone), this);
    }

    /// <summary>The client may close its side without ending the exchange: from now on the end of its stream is seen by reading it.</summary>
    public void AllowHalfClose() => _clientGone.Dispose();

    /// <summary>The request has ended: nobody stops it any more.</summary>
    public void End() => _clientGone.Dispose();

    /// <summary>The dynos that were tried are no more: what is said about them would be wrong.</summary>
    public void Forget()
    {
        Refused = null;
        Dyno = null;
        ConnectMilliseconds = -1;
        ConnectedAt = 0;
    }

    /// <summary>From now on a stop closes this connection. False when the stop came first.</summary>
    public bool Attach(DynoConnection connection)
    {
        lock (_gate)
        {
            if (_stopped != StopReason.None)
                return false;
            _connection = connection;
            _responseBegan = false;
            return true;
        }
    }

    /// <summary>No timeout and no stop touches the connection after this.</summary>
    public void Detach()
    {
        lock (_gate)
            _connection = null;
        _turn = Turn.Nobody;
        Volatile.Write(ref _deadline, long.MaxValue);
    }

    /// <summary>Ends the exchange with the dyno from another thread; the first reason stays. What is pending on the connection fails.</summary>
    public void Stop(StopReason reason)
    {
        lock (_gate)
        {
            if (_stopped != StopReason.None || reason == StopReason.None)
                return;
            _stopped = reason;
            _connection?.Abort();
        }

        if (reason == StopReason.ClientIdle)
            _lifetime.Abort();
    }

    /// <summary>Cuts the client's connection, so that it sees that the response is not whole.</summary>
    public void AbortClient() => _lifetime.Abort();

    /// <summary>The client is to send more of its body. Once the response streams, that side decides whose turn it is, and this only counts as progress.</summary>
    public void ClientIsToSend(long deadline) => SetRequestTurn(Turn.ClientSends, deadline);

    /// <summary>The dyno is to take more of the body.</summary>
    public void DynoIsToTake(long deadline) => SetRequestTurn(Turn.DynoSends, deadline);

    /// <summary>The whole request was sent.</summary>
    public void DynoIsToAnswer(long deadline) => SetRequestTurn(Turn.DynoAnswers, deadline);

    /// <summary>The response head is here.</summary>
    public void ResponseBegins(long deadline)
    {
        lock (_gate)
        {
            _responseBegan = true;
            SetTurn(Turn.DynoSends, deadline);
        }
    }

    public void DynoIsToSend(long deadline) => SetTurn(Turn.DynoSends, deadline);

    public void ClientIsToTake(long deadline) => SetTurn(Turn.ClientTakes, deadline);

    public void ExpireAt(long now)
    {
        if (Volatile.Read(ref _deadline) > now)
            return;
        Stop(_turn switch
        {
            Turn.ClientSends or Turn.ClientTakes => StopReason.ClientIdle,
            Turn.DynoAnswers => StopReason.FirstByte,
            Turn.DynoSends => StopReason.DynoIdle,
            Turn.Nobody => StopReason.None,
            _ => throw new InvalidOperationException($"No such turn as {_turn}."),
        });
    }

    private void SetRequestTurn(Turn turn, long deadline)
    {
        lock (_gate)
        {
            if (!_responseBegan)
                SetTurn(turn, deadline);
            else if (turn != Turn.DynoAnswers)
                Volatile.Write(ref _deadline, deadline);
        }
    }

    private void SetTurn(Turn turn, long deadline)
    {
        _turn = turn;
        Volatile.Write(ref _deadline, deadline);
    }
}
