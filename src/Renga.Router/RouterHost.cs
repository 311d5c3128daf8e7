using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Renga.Model;
using Renga.Model.Logs;
using Renga.Model.Routing;
using Renga.Router.Dynos;
using Renga.Router.Forwarding;
using Renga.Router.Pipeline;
using Renga.Router.Routes;

namespace Renga.Router;

/// <summary>
/// The HTTP data plane: a Kestrel server of its own, apart from any other in the process. It reads the route snapshot and writes router lines; it needs
/// no database and no control plane.
/// </summary>
public sealed class RouterHost : IHostedService, IRouteDrain, IAsyncDisposable
{
    private readonly LiveRoutes _routes;
    private readonly Deadlines _deadlines;
    private readonly RouterMetrics _metrics = new();
    private readonly RouterApplication _application;
    private readonly KestrelServer _server;
    private readonly ILogger _logger;

    private RouterHost(RouterOptions options, Published<RouteSnapshot> snapshots, ILogWriter logs, TimeProvider time, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger("Renga.Router");
        _routes = new LiveRoutes(snapshots, options, time);
        _deadlines = new Deadlines(time, _routes.Sweep);
        var forwarder = new Forwarder(
            _deadlines,
            new RequestHead(time),
            new RequestBodyPump(_deadlines, options),
            new ResponseCopier(_deadlines, options),
            new Tunnel(_deadlines, options),
            options,
            time);
        var pipeline = new RequestPipeline(
            _routes,
            new RequestRules(options),
            new RequestIds(new Ids(time)),
            new HoldingArea(options, time),
            new DynoPicker(Random.Shared),
            new DynoConnector(options, time),
            forwarder,
            new RouterRecord(logs, _metrics, time));
        _application = new RouterApplication(pipeline, _deadlines, time, _logger);
        _server = CreateServer(options, loggers);
    }

    /// <summary>Makes a router that is not started yet. Throws when the options contradict themselves, with every problem in one message.</summary>
    public static RouterHost Create(RouterOptions options, Published<RouteSnapshot> snapshots, ILogWriter logs, TimeProvider time, ILoggerFactory loggers)
    {
        if (options.Problems() is { Count: > 0 } problems)
            throw new ArgumentException($"Router options: {string.Join("; ", problems)}.", nameof(options));
        return new RouterHost(options, snapshots, logs, time, loggers);
    }

    /// <summary>Where it listens, once started; says the real port when port 0 was asked for.</summary>
    public IPEndPoint BoundAddress { get; private set; } = new(IPAddress.None, 0);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(_application, cancellationToken);
        var url = new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        BoundAddress = new IPEndPoint(IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : IPAddress.Any, url.Port);
        RouterLog.Listening(_logger, BoundAddress);
    }

    /// <summary>Takes no new connections, lets requests end until the token is cancelled, then cuts them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public Task<bool> WaitIdleAsync(Guid dynoId, TimeSpan deadline, CancellationToken ct) => _routes.WaitIdleAsync(dynoId, deadline, ct);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        _deadlines.Dispose();
        _metrics.Dispose();
        return ValueTask.CompletedTask;
    }

    private static KestrelServer CreateServer(RouterOptions options, ILoggerFactory loggers)
    {
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
            // Every byte of a header goes through as it came.
            RequestHeaderEncodingSelector = static _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
        };
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = options.RequestLineLimit;
        limits.MaxRequestHeadersTotalSize = options.RequestHeadersLimit;
        limits.MaxRequestHeaderCount = options.RequestHeaderCount;
        limits.MaxRequestBodySize = null;
        limits.MaxResponseBufferSize = options.ResponseBuffer;
        limits.MaxConcurrentConnections = options.ConnectionLimit;
        limits.MaxConcurrentUpgradedConnections = options.ConnectionLimit;
        limits.KeepAliveTimeout = options.ClientKeepAlive;
        limits.RequestHeadersTimeout = options.ClientHeadTimeout;
        // Our own idle timeout is the rule, in both directions; these would cut slow but living clients.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;

        if (options.Address is { } address)
            kestrel.Listen(address, options.Port, Configure);
        else
            kestrel.ListenAnyIP(options.Port, Configure);

        // Nothing on the request path blocks, so callbacks of the sockets may run it where they are.
        var sockets = new SocketTransportOptions { UnsafePreferInlineScheduling = true, IOQueueCount = 0, Backlog = 4096 };
        return new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(Options.Create(sockets), loggers), loggers);

        static void Configure(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
    }
}
