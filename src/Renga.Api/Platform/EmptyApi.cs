using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Protocol.Api;

namespace Renga.Api.Platform;

/// <summary>What this platform does not have yet, said as it is: lists are empty, and no single one can be found.</summary>
internal static class EmptyApi
{
    private static readonly string[] AccountLists = ["/account/features", "/addons", "/addon-attachments", "/pipelines", "/spaces", "/teams"];

    private static readonly string[] AppLists =
        ["addon-attachments", "addons", "features", "log-drains", "sni-endpoints", "telemetry-drains", "webhooks"];

    private static readonly (string Path, string Resource)[] AccountThings =
        [("/account/features/{id}", "feature"), ("/addons/{id}", "add_on"), ("/pipelines/{id}", "pipeline"), ("/spaces/{id}", "space"), ("/teams/{id}", "team")];

    private static readonly (string Path, string Resource)[] AppThings =
        [("addons/{id}", "add_on"), ("features/{id}", "feature"), ("pipeline-couplings", "pipeline_coupling"), ("review-app", "review_app")];

    public static void Map(IEndpointRouteBuilder api)
    {
        foreach (var path in AccountLists)
            api.MapGet(path, None);
        foreach (var path in AppLists)
            api.MapGet($"/apps/{{app}}/{path}", None).Needs(AppAction.View);
        foreach (var (path, resource) in AccountThings)
            api.MapGet(path, NotFound(resource));
        foreach (var (path, resource) in AppThings)
            api.MapGet($"/apps/{{app}}/{path}", NotFound(resource)).Needs(AppAction.View);
    }

    private static ApiAnswer None() => ApiAnswer.Ok<EmptyResponse[]>([]);

    private static Func<ApiAnswer> NotFound(string resource) => () => new Refusal(RefusalKind.NotFound, $"Couldn't find that {resource.Replace('_', ' ')}.", resource);
}
