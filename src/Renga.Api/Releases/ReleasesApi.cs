using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model.Access;

namespace Renga.Api.Releases;

internal static class ReleasesApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/releases", ListReleases.HandleAsync).Needs(AppAction.View);
        api.MapGet("/apps/{app}/releases/{release}", ListReleases.HandleOneAsync).Needs(AppAction.View);
        api.MapPost("/apps/{app}/releases", CreateRelease.HandleAsync).Needs(AppAction.Deploy);
    }
}
