using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Storage;
using Renga.Storage.Releases;

namespace Renga.Api.Releases;

internal static class ListReleases
{
    private static readonly RangedList<ReleaseRow> Ranges = new(
        RangeKey<ReleaseRow>.Number("version", static r => r.Version),
        RangeKey<ReleaseRow>.Id(static r => r.Id),
        RangeKey<ReleaseRow>.Time("created_at", static r => r.CreatedAt));

    public static async Task<ApiAnswer> HandleAsync(HttpRequest request, AppScope scope, RengaDatabase database, CancellationToken ct)
    {
        await using var db = database.Read();
        var current = await ReleaseRow.CurrentAsync(db, scope.App.Id, ct);
        return await Ranges.AnswerAsync(request, ReleaseRow.Of(db, scope.App.Id), row => row.Shape(scope.App, current), ct);
    }

    public static async Task<ApiAnswer> HandleOneAsync(string release, AppScope scope, RengaDatabase database, CancellationToken ct)
    {
        await using var db = database.Read();
        if (!(await ReleaseQueries.FindAsync(db.Releases, scope.App.Id, release, ct)).TryGet(out var found, out var refusal))
            return refusal;
        var row = await ReleaseRow.Of(db, scope.App.Id).SingleAsync(r => r.Id == found.Id, ct);
        return ApiAnswer.Ok(row.Shape(scope.App, await ReleaseRow.CurrentAsync(db, scope.App.Id, ct)));
    }
}
