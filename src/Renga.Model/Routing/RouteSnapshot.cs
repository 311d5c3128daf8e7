using System.Collections.Immutable;
using System.Net;

namespace Renga.Model.Routing;

/// <summary>All that the router knows, replaced whole. The dyno manager publishes it through <see cref="Published{T}"/>.</summary>
public sealed record RouteSnapshot(ImmutableArray<AppRoute> Apps)
{
    public static RouteSnapshot Empty { get; } = new([]);
}

/// <summary>One app as the router sees it.</summary>
public sealed record AppRoute
{
    public required Guid AppId { get; init; }
    public required string AppName { get; init; }

    /// <summary>Lower-case host names without port; the first is <c>APP.DOMAIN</c>.</summary>
    public required ImmutableArray<string> Hosts { get; init; }

    public required WebState State { get; init; }

    /// <summary>Answer H80 whatever the state.</summary>
    public bool Maintenance { get; init; }

    /// <summary>Dynos that take requests now. Only those that bound their port.</summary>
    public ImmutableArray<DynoEndpoint> Dynos { get; init; } = [];

    /// <summary>Config var ERROR_PAGE_URL.</summary>
    public string? ErrorPageUrl { get; init; }

    /// <summary>Config var MAINTENANCE_PAGE_URL.</summary>
    public string? MaintenancePageUrl { get; init; }
}

/// <summary>A web dyno that takes requests.</summary>
/// <param name="Id">The dyno's id; a new one at every start.</param>
/// <param name="Name"><c>web.1</c>.</param>
public sealed record DynoEndpoint(Guid Id, string Name, IPEndPoint Address);

/// <summary>What the router does with a request when <see cref="AppRoute.Dynos"/> is empty.</summary>
public enum WebState
{
    /// <summary>Nothing was ever deployed: H81.</summary>
    Blank,

    /// <summary>The formation has no web dynos: H14.</summary>
    NoWebDynos,

    /// <summary>Web dynos are starting, restarting or being replaced: hold the request, up to 75 s, then H20.</summary>
    Starting,

    /// <summary>At least one web dyno is up.</summary>
    Up,

    /// <summary>Every web dyno crashed and waits for its next start: H10.</summary>
    Crashed,
}

/// <summary>Lets the dyno manager wait until a dyno that left the snapshot has no request in flight.</summary>
public interface IRouteDrain
{
    /// <summary>Completes when the dyno has no request in flight, or with false at the deadline.</summary>
    Task<bool> WaitIdleAsync(Guid dynoId, TimeSpan deadline, CancellationToken ct);
}
