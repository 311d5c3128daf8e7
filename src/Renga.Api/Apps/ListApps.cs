using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renga.Api.Accounts;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Storage;
using Renga.Storage.Apps;

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
        var mine = db.Apps.Where(app => app.OwnerId == caller.Account.Id);
        var running = await RunStacks.Of(db).Where(r => mine.Any(app => app.Id == r.AppId && app.Stack != r.Stack)).ToDictionaryAsync(static r => r.AppId, static r => r.Stack, ct);
        return await Ranges.AnswerAsync(request, mine, app => shape.Of(app, caller.Account.Email, running.GetValueOrDefault(app.Id)), ct);
    }

    public static async Task<ApiAnswer> HandleOfUserAsync(string user, HttpRequest request, Caller caller, RengaDatabase database, AppShape shape, CancellationToken ct) =>
        AccountApi.IsSelf(user, caller.Account) ? await HandleAsync(request, caller, database, shape, ct) : Refusal.NotFound("user");
}
