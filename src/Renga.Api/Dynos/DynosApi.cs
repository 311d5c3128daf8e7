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
            RestartAsync(scope, dynos, Named(dyno), ct, mustExist: true)).Needs(AppAction.Operate);
        api.MapDelete("/apps/{app}/formations/{type}", static (string type, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
            RestartAsync(scope, dynos, new DynoSelector(Type: type), ct)).Needs(AppAction.Operate);
        api.MapPost("/apps/{app}/dynos/{dyno}/actions/stop", static (string dyno, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
            StopAsync(scope, dynos, Named(dyno), ct, mustExist: true)).Needs(AppAction.Operate);
        api.MapPost("/apps/{app}/formations/{type}/actions/stop", static (string type, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
            StopAsync(scope, dynos, new DynoSelector(Type: type), ct)).Needs(AppAction.Operate);
    }

    private static Task<ApiAnswer> ListAsync(HttpRequest request, AppScope scope, IDynoManager dynos, CancellationToken ct) =>
        Ranges.AnswerAsync(request, dynos.List(scope.App.Id), dyno => DynoShape.Of(scope.App, dyno), ct);

    private static ApiAnswer Get(string dyno, AppScope scope, IDynoManager dynos) =>
        dynos.List(scope.App.Id).FirstOrDefault(d => d.Name == dyno || (Guid.TryParse(dyno, out var id) && d.Id == id)) is { } found
            ? ApiAnswer.Ok(DynoShape.Of(scope.App, found))
            : Refusal.NotFound("dyno");

    private static async Task<ApiAnswer> RestartAsync(AppScope scope, IDynoManager dynos, DynoSelector selector, CancellationToken ct, bool mustExist = false) =>
        Answer(await dynos.RestartAsync(scope.App.Id, selector, ct), mustExist);

    private static async Task<ApiAnswer> StopAsync(AppScope scope, IDynoManager dynos, DynoSelector selector, CancellationToken ct, bool mustExist = false) =>
        Answer(await dynos.StopAsync(scope.App.Id, selector, ct), mustExist);

    /// <summary>A name has a dot and an id is a UUID. What is neither is a process type: <c>heroku ps:restart web</c> sends it in place of a name.</summary>
    private static DynoSelector Named(string dyno) =>
        dyno.Contains('.', StringComparison.Ordinal) || Guid.TryParse(dyno, out _) ? new DynoSelector(NameOrId: dyno) : new DynoSelector(Type: dyno);

    /// <summary>Naming a dyno that is not there is a mistake; an empty formation has nothing to do.</summary>
    private static ApiAnswer Answer(Result<int> result, bool mustExist)
    {
        if (!result.TryGet(out var count, out var refusal))
            return refusal;
        return count == 0 && mustExist ? Refusal.NotFound("dyno") : ApiAnswer.Accepted;
    }
}
