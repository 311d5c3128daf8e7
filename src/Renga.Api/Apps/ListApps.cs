using Microsoft.AspNetCore.Http;
using Renga.Api.Accounts;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Storage;

namespace Renga.Api.Apps;

internal static class ListApps
{
    private static readonly RangedList<App> Ranges = new(
        RangeKey<App>.Id(static app => app.Id),
        RangeKey<App>.Text("name", static app => app.Name),
        RangeKey<App>.Time("created_at", static app => app.CreatedAt),
        RangeKey<App>.Time("updated_at", static app => app.UpdatedAt));

    public static async Task<ApiAnswer> HandleAsync(HttpRequest request, Caller caller, RengaDatabase database, AppShape shape, CancellationToken ct)
    {
        await using var db = database.Read();
        return await Ranges.AnswerAsync(request, db.Apps.Where(app => app.OwnerId == caller.Account.Id), app => shape.Of(app, caller.Account.Email), ct);
    }

    public static async Task<ApiAnswer> HandleOfUserAsync(string user, HttpRequest request, Caller caller, RengaDatabase database, AppShape shape, CancellationToken ct) =>
        AccountApi.IsSelf(user, caller.Account) ? await HandleAsync(request, caller, database, shape, ct) : Refusal.NotFound("user");
}
