using System.Collections.Frozen;
using Renga.Model.Routing;

namespace Renga.Router.Routes;

/// <summary>A route snapshot made ready for requests: host to app, immutable, swapped whole by <see cref="LiveRoutes"/>.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, AppModel>.AlternateLookup<ReadOnlySpan<char>> _hosts;

    public RouteTable(RouteSnapshot snapshot, IEnumerable<AppModel> apps)
    {
        Snapshot = snapshot;
        var hosts = new Dictionary<string, AppModel>(StringComparer.OrdinalIgnoreCase);
        foreach (var app in apps)
        {
            foreach (var host in app.Route.Hosts)
                hosts[host] = app;
        }

        _hosts = hosts.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What this table was made from.</summary>
    public RouteSnapshot Snapshot { get; }

    /// <summary>The app of a Host header, with or without port, in any case, with or without the root's dot; null when there is none.</summary>
    public AppModel? Find(ReadOnlySpan<char> host)
    {
        var port = host.LastIndexOf(':');
        if (port >= 0)
            host = host[..port];
        if (host is [.. var withoutDot, '.'])
            host = withoutDot;
        return _hosts.TryGetValue(host, out var app) ? app : null;
    }
}
