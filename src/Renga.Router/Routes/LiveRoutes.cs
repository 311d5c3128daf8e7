using Renga.Model;
using Renga.Model.Routing;
using Renga.Router.Dynos;

namespace Renga.Router.Routes;

/// <summary>
/// Owns the current <see cref="RouteTable"/> and the state per app and dyno that outlives it. The table is remade by whoever first notices a new
/// snapshot, so that nobody is ever served by an old one. Nothing here survives a restart, and nothing needs to.
/// </summary>
internal sealed class LiveRoutes(Published<RouteSnapshot> published, RouterOptions options, TimeProvider time) : IRouteDrain
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, AppState> _apps = [];
    private readonly Dictionary<Guid, AppModel> _models = [];
    private readonly Dictionary<Guid, DynoState> _dynos = [];
    private volatile RouteTable _table = new(RouteSnapshot.Empty, []);

    /// <summary>Completes at the next snapshot. Take it before <see cref="Latest"/>, so that no change is missed.</summary>
    public Task Changed => published.Changed;

    /// <summary>The table of the snapshot that is published now. A request that meets a new snapshot waits for the few microseconds per app that the table takes.</summary>
    public RouteTable Latest()
    {
        var table = _table;
        if (ReferenceEquals(table.Snapshot, published.Current))
            return table;
        lock (_gate)
            return Remake();
    }

    /// <summary>
    /// Waits until a dyno that left the snapshot has no request in flight. The order matters: first the dyno is marked as gone, then its requests
    /// are counted; <see cref="DynoState.TryEnter"/> counts first and looks at the mark second, so no request slips between.
    /// </summary>
    public async Task<bool> WaitIdleAsync(Guid dynoId, TimeSpan deadline, CancellationToken ct)
    {
        Latest();
        DynoState? dyno;
        lock (_gate)
            dyno = _dynos.GetValueOrDefault(dynoId);
        if (dyno is null)
            return true;
        try
        {
            await dyno.WhenIdle().WaitAsync(deadline, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Closes connections that nobody used for a while, and notices a snapshot when there are no requests. Called by the coarse clock.</summary>
    public void Sweep()
    {
        Latest();
        var now = time.GetTimestamp();
        lock (_gate)
        {
            foreach (var (id, dyno) in _dynos)
            {
                dyno.CloseIdle(now);
                if (dyno.Gone && dyno.Active == 0)
                    _dynos.Remove(id);
            }
        }
    }

    private RouteTable Remake()
    {
        var snapshot = published.Current;
        if (ReferenceEquals(_table.Snapshot, snapshot))
            return _table;

        var apps = new HashSet<Guid>(snapshot.Apps.Length);
        var up = new HashSet<Guid>();
        foreach (var route in snapshot.Apps)
        {
            apps.Add(route.AppId);
            foreach (var dyno in route.Dynos)
                up.Add(dyno.Id);
            if (_models.TryGetValue(route.AppId, out var model) && ReferenceEquals(model.Route, route))
                continue;
            if (!_apps.TryGetValue(route.AppId, out var state))
                _apps.Add(route.AppId, state = new AppState());
            _models[route.AppId] = new AppModel(route, [.. route.Dynos.Select(d => Revive(d, state))], state);
        }

        foreach (var id in _apps.Keys.Where(id => !apps.Contains(id)).ToList())
        {
            _apps.Remove(id);
            _models.Remove(id);
        }

        var table = new RouteTable(snapshot, _models.Values);
        _table = table;
        foreach (var (id, dyno) in _dynos)
        {
            if (!up.Contains(id))
                dyno.Leave();
        }

        foreach (var model in _models.Values)
            model.State.OnRoom();
        return table;
    }

    private DynoState Revive(DynoEndpoint endpoint, AppState app)
    {
        if (!_dynos.TryGetValue(endpoint.Id, out var dyno))
            _dynos.Add(endpoint.Id, dyno = new DynoState(endpoint, app, options, time));
        dyno.Join();
        return dyno;
    }
}
