using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model.Access;

namespace Renga.Api.Apps;

internal static class AppsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps", ListApps.HandleAsync);
        api.MapGet("/users/{user}/apps", ListApps.HandleOfUserAsync);
        api.MapPost("/apps", CreateApp.HandleAsync);
        api.MapGet("/apps/{app}", static async (AppScope scope, AppShape shape, CancellationToken ct) => ApiAnswer.Ok(await shape.OfAsync(scope.App, scope.Caller.Email, ct))).Needs(AppAction.View);
        api.MapPatch("/apps/{app}", UpdateApp.HandleAsync).Needs(AppAction.Manage);
        api.MapDelete("/apps/{app}", DestroyApp.HandleAsync).Needs(AppAction.Manage);
    }
}
