using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Dynos;

namespace Renga.Api.Dynos;

internal static class DynosApi
{
    private static readonly RangedList<DynoInfo> Ranges = new(
        RangeKey<DynoInfo>.Id(static dyno => dyno.Id),
        RangeKey<DynoInfo>.Text("name", static dyno => dyno.Name));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/dynos", ListAsync).Needs(AppAction.View);
        api.MapGet("/apps/{app}/dynos/{dyno}", Get).Needs(AppAction.View);
        api.MapPost("/apps/{app}/dynos", RunDyno.HandleAsync).Needs(AppAction.Operate);
        api.MapDelete("/apps/{app}/dynos", static (AppScope scope, IDynoManager dynos, CancellationToken ct) => RestartAsync(scope, dynos, DynoSelector.All, ct)).Needs(AppAction.Operate);
        api.MapDelete("/apps/{app}/dynos/{dyno}", static (string dyno, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
            RestartAsync(scope, dynos, new DynoSelector(NameOrId: dyno), ct)).Needs(AppAction.Operate);
        api.MapDelete("/apps/{app}/formations/{type}", static (string type, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
            RestartAsync(scope, dynos, new DynoSelector(Type: type), ct)).Needs(AppAction.Operate);
        api.MapPost("/apps/{app}/dynos/{dyno}/actions/stop", static (string dyno, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
            StopAsync(scope, dynos, new DynoSelector(NameOrId: dyno), ct)).Needs(AppAction.Operate);
        api.MapPost("/apps/{app}/formations/{type}/actions/stop", static (string type, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
            StopAsync(scope, dynos, new DynoSelector(Type: type), ct)).Needs(AppAction.Operate);
    }

    private static Task<ApiAnswer> ListAsync(HttpRequest request, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
        Ranges.AnswerAsync(request, dynos.List(scope.App.Id), dyno => DynoShape.Of(scope.App, dyno), ct);

    private static ApiAnswer Get(string dyno, AppScope scope, IDynoManager dynos) =>
        dynos.List(scope.App.Id).FirstOrDefault(d => d.Name == dyno || (Guid.TryParse(dyno, out var id) && d.Id == id)) is { } found
            ? ApiAnswer.Ok(DynoShape.Of(scope.App, found))
            : Refusal.NotFound("dyno");

    private static async Task<ApiAnswer> RestartAsync(AppScope scope, IDynoManager dynos, DynoSelector selector, CancellationToken ct) =>
        Answer(await dynos.RestartAsync(scope.App.Id, selector, ct), selector);

    private static async Task<ApiAnswer> StopAsync(AppScope scope, IDynoManager dynos, DynoSelector selector, CancellationToken ct) =>
        Answer(await dynos.StopAsync(scope.App.Id, selector, ct), selector);

    /// <summary>Naming one dyno that is not there is a mistake; an empty formation has nothing to do.</summary>
    private static ApiAnswer Answer(Result<int> result, DynoSelector selector)
    {
        if (!result.TryGet(out var count, out var refusal))
            return refusal;
        return count == 0 && selector.NameOrId is not null ? Refusal.NotFound("dyno") : ApiAnswer.Accepted;
    }
}
