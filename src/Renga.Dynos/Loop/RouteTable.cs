using System.Collections.Immutable;
using Renga.Dynos.Formation;
using Renga.Model;
using Renga.Model.Routing;

namespace Renga.Dynos.Loop;

/// <summary>The routes of all apps, owned by the loop; published whole, and only when something the router sees is different.</summary>
internal sealed class RouteTable(Published<RouteSnapshot> published)
{
    private readonly SortedDictionary<Guid, AppRoute> _routes = [];
    private bool _changed = true;

    public void Set(Guid appId, AppRoute? route)
    {
        if (WebRoute.AreSame(_routes.GetValueOrDefault(appId), route))
            return;
        _changed = true;
        if (route is null)
            _routes.Remove(appId);
        else
            _routes[appId] = route;
    }

    public void Publish()
    {
        if (!_changed)
            return;
        _changed = false;
        published.Publish(new RouteSnapshot([.. _routes.Values]));
    }
}
