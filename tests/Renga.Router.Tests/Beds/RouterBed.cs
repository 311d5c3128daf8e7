using System.Net;
using System.Net.Sockets;
using Renga.Model;
using Renga.Model.Routing;
using Renga.Testing;

namespace Renga.Router.Tests.Beds;

/// <summary>A real router on a free port with one app, <c>app.localhost</c>, and a clock that the test moves.</summary>
public sealed class RouterBed : IAsyncDisposable
{
    public const string Host = "app.localhost";
    private readonly List<IDisposable> _owned = [];
    private readonly ErrorLog _errors = new();

    public RouterOptions Options { get; } = new() { Address = IPAddress.Loopback, Port = 0 };

    public ManualTimeProvider Time { get; } = new();

    public RecordingLogWriter Logs { get; } = new();

    public Published<RouteSnapshot> Snapshots { get; } = new(RouteSnapshot.Empty);

    public Guid AppId { get; } = Guid.CreateVersion7();

    public RouterHost Router { get; private set; } = null!;

    public static async Task<RouterBed> StartAsync(Action<RouterOptions>? configure = null)
    {
        var bed = new RouterBed();
        configure?.Invoke(bed.Options);
        bed.Router = RouterHost.Create(bed.Options, bed.Snapshots, bed.Logs, bed.Time, bed._errors);
        await bed.Router.StartAsync(TestContext.Current.CancellationToken);
        return bed;
    }

    public ScriptedDyno Own(ScriptedDyno dyno)
    {
        _owned.Add(dyno);
        return dyno;
    }

    public void Up(params ScriptedDyno[] dynos)
    {
        _owned.AddRange(dynos);
        Publish(WebState.Up, [.. dynos.Select(static d => d.Endpoint)]);
    }

    public void Publish(WebState state, params DynoEndpoint[] dynos) => Publish(Route(state, dynos));

    public void Publish(AppRoute route) => Snapshots.Publish(new RouteSnapshot([route]));

    public AppRoute Route(WebState state, params DynoEndpoint[] dynos) => new()
    {
        AppId = AppId,
        AppName = "app",
        Hosts = [Host],
        State = state,
        Dynos = [.. dynos],
    };

    public async Task<Wire> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Router.BoundAddress, TestContext.Current.CancellationToken);
        var wire = new Wire(socket);
        lock (_owned)
            _owned.Add(wire);
        return wire;
    }

    /// <summary>A new connection with this request on it; the Host header is added.</summary>
    public async Task<Wire> SendAsync(string request)
    {
        var wire = await ConnectAsync();
        var line = request.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        await wire.SendAsync(request.Insert(line, $"Host: {Host}\r\n"));
        return wire;
    }

    public Task<Wire> GetAsync(string path = "/", string headers = "") => SendAsync($"GET {path} HTTP/1.1\r\n{headers}\r\n");

    /// <summary>The line of the only request so far.</summary>
    public Task<string> LineAsync() => Logs.WaitForAsync("heroku[router]", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _owned.ForEach(static o => o.Dispose());
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Router.StopAsync(now.Token);
        await Router.DisposeAsync();
        _errors.Errors.ShouldBeEmpty();
    }
}
