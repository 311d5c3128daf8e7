using Renga.Model.Routing;
using Renga.Router.Dynos;

namespace Renga.Router.Routes;

/// <summary>One app in one <see cref="RouteTable"/>: its route, its dynos, and the state that outlives the table.</summary>
internal sealed record AppModel(AppRoute Route, DynoState[] Dynos, AppState State);
