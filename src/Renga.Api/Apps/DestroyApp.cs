using Microsoft.Extensions.Logging;
using Renga.Api.Conventions;
using Renga.Model.Logs;
using Renga.Storage.Apps;

namespace Renga.Api.Apps;

internal static class DestroyApp
{
    public static async Task<ApiAnswer> HandleAsync(
        AppScope scope, AppStore apps, AppResources resources, AppNews news, ILogSessions logs, AppShape shape, ILogger<AppsLog> logger, CancellationToken ct)
    {
        var app = scope.App;
        var last = await shape.OfAsync(app, scope.Caller.Email, ct);
        if (!(await apps.DestroyAsync(app.Id, ct)).TryGet(out var slugImages, out var refusal))
            return refusal;
        logger.AppDestroyed(app.Id, app.Name);
        news.LookAgain(app.Id);
        await resources.DestroyedAsync(app.Id, slugImages);
        logs.Destroy(app.Id);
        return ApiAnswer.Ok(last);
    }
}
