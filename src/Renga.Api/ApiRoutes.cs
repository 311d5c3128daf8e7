using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renga.Api.Accounts;
using Renga.Api.Apps;
using Renga.Api.Authorizations;
using Renga.Api.Buildpacks;
using Renga.Api.Builds;
using Renga.Api.Collaborators;
using Renga.Api.ConfigVars;
using Renga.Api.Conventions;
using Renga.Api.Domains;
using Renga.Api.Dynos;
using Renga.Api.Formation;
using Renga.Api.Keys;
using Renga.Api.Logs;
using Renga.Api.Platform;
using Renga.Api.Releases;
using Renga.Api.Slugs;
using Renga.Api.Sources;

namespace Renga.Api;

/// <summary>All routes of the Platform API. Each resource maps its own; the conventions are wrapped around every one of them here.</summary>
public static class ApiRoutes
{
    public static IEndpointRouteBuilder MapRengaApi(this IEndpointRouteBuilder endpoints)
    {
        var conventions = endpoints.ServiceProvider.GetRequiredService<ApiConventions>();
        var api = endpoints.MapGroup("");
        ((IEndpointConventionBuilder)api).Finally(conventions.Wrap);

        AccountApi.Map(api);
        AppsApi.Map(api);
        AuthorizationsApi.Map(api);
        BuildpacksApi.Map(api);
        BuildsApi.Map(api);
        CollaboratorsApi.Map(api);
        ConfigVarsApi.Map(api);
        DomainsApi.Map(api);
        DynosApi.Map(api);
        FormationApi.Map(api);
        KeysApi.Map(api);
        LogSessionsApi.Map(api);
        ReleasesApi.Map(api);
        RegionsApi.Map(api);
        SlugsApi.Map(api);
        SourcesApi.Map(api);
        StacksApi.Map(api);
        EmptyApi.Map(api);
        HealthApi.Map(api);

        api.MapMethods("{**path}", [HttpMethods.Options], Cors.Preflight).Open();
        api.MapFallback("{**path}", static () => ApiErrors.NoSuchEndpoint).Open();
        return endpoints;
    }
}
