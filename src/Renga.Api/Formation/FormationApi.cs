using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Access;
using Renga.Storage.Formation;

namespace Renga.Api.Formation;

internal static class FormationApi
{
    private static readonly RangedList<FormationRow> Ranges = new(
        RangeKey<FormationRow>.Id(static row => row.Entry.Id),
        RangeKey<FormationRow>.Text("type", static row => row.Entry.Type));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/formation", ListAsync).Needs(AppAction.View);
        api.MapGet("/apps/{app}/formation/{type}", GetAsync).Needs(AppAction.View);
        api.MapPatch("/apps/{app}/formation", UpdateFormation.HandleAsync).Needs(AppAction.Operate);
        api.MapPatch("/apps/{app}/formation/{type}", UpdateFormation.HandleOneAsync).Needs(AppAction.Operate);
        api.MapGet("/dyno-sizes", DynoSizes.ListAsync);
        api.MapGet("/dyno-sizes/{size}", DynoSizes.Get);
        api.MapGet("/apps/{app}/available-dyno-sizes", DynoSizes.ListAsync).Needs(AppAction.View);
    }

    private static async Task<ApiAnswer> ListAsync(HttpRequest request, AppScope scope, FormationStore formation, CancellationToken ct)
    {
        var rows = await formation.ListAsync(scope.App.Id, ct);
        return await Ranges.AnswerAsync(request, rows, row => FormationShape.Of(scope.App, row), ct);
    }

    private static async Task<ApiAnswer> GetAsync(string type, AppScope scope, FormationStore formation, CancellationToken ct)
    {
        var rows = await formation.ListAsync(scope.App.Id, ct);
        return rows.FirstOrDefault(row => FormationShape.IsMeant(row, type)) is { } found
            ? ApiAnswer.Ok(FormationShape.Of(scope.App, found))
            : new Refusal(RefusalKind.NotFound, $"Couldn't find that process type ({type}).", "process type");
    }
}
