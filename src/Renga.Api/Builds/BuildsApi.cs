using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Builds;
using Renga.Protocol.Api;
using Renga.Storage;

namespace Renga.Api.Builds;

internal static class BuildsApi
{
    private static readonly RangedList<BuildRow> Ranges = new(
        RangeKey<BuildRow>.Id(static b => b.Id),
        RangeKey<BuildRow>.Time("created_at", static b => b.CreatedAt));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/builds", ListAsync).Needs(AppAction.View);
        api.MapPost("/apps/{app}/builds", CreateBuild.HandleAsync).Needs(AppAction.Deploy);
        api.MapGet("/apps/{app}/builds/{build}", GetAsync).Needs(AppAction.View);
        api.MapDelete("/apps/{app}/builds/{build}", CancelAsync).Needs(AppAction.Deploy);
        api.MapGet("/apps/{app}/builds/{build}/result", BuildResult.HandleAsync).Needs(AppAction.View);
        api.MapDelete("/apps/{app}/build-cache", PurgeCache).Needs(AppAction.Deploy);
        api.MapGet("/builds/{build}/output", BuildOutput.HandleAsync).Open();
    }

    public static string OutputAddress(SignedAddresses addresses, HttpRequest request, Guid buildId) => addresses.Make(request, HttpMethods.Get, $"/builds/{buildId}/output");

    public static async Task<Result<BuildRow>> FindAsync(RengaDatabase database, Guid appId, string build, CancellationToken ct)
    {
        await using var db = database.Read();
        return Guid.TryParse(build, out var id) && await BuildRow.Of(db, appId).SingleOrDefaultAsync(b => b.Id == id, ct) is { } row ? row : Refusal.NotFound("build");
    }

    private static async Task<ApiAnswer> ListAsync(HttpRequest request, AppScope scope, RengaDatabase database, SignedAddresses addresses, CancellationToken ct)
    {
        await using var db = database.Read();
        return await Ranges.AnswerAsync(request, BuildRow.Of(db, scope.App.Id), row => row.Shape(scope.App, OutputAddress(addresses, request, row.Id)), ct);
    }

    private static async Task<ApiAnswer> GetAsync(string build, HttpRequest request, AppScope scope, RengaDatabase database, SignedAddresses addresses, CancellationToken ct) =>
        (await FindAsync(database, scope.App.Id, build, ct)).TryGet(out var row, out var refusal) ? ApiAnswer.Ok(row.Shape(scope.App, OutputAddress(addresses, request, row.Id))) : refusal;

    private static async Task<ApiAnswer> CancelAsync(
        string build, HttpRequest request, AppScope scope, IBuildService builds, RengaDatabase database, SignedAddresses addresses, CancellationToken ct)
    {
        if (!Guid.TryParse(build, out var id))
            return Refusal.NotFound("build");
        return (await builds.CancelAsync(scope.App.Id, id, ct)).TryGet(out _, out var refusal) ? await GetAsync(build, request, scope, database, addresses, ct) : refusal;
    }

    private static ApiAnswer PurgeCache(AppScope scope, IBuildCaches caches)
    {
        caches.Purge(scope.App.Id);
        return ApiAnswer.Ok(new EmptyResponse());
    }
}
