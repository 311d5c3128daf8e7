using Renga.Api.Conventions;
using Renga.Api.Platform;
using Renga.Model.Stacks;
using Renga.Protocol.Api;
using Renga.Storage.Apps;

namespace Renga.Api.Apps;

internal static class UpdateApp
{
    public static async Task<ApiAnswer> HandleAsync(
        Body<UpdateAppRequest> body, AppScope scope, AppStore apps, AppResources resources, AppNews news, AppShape shape, IStacks stacks, CancellationToken ct)
    {
        // 1. One transaction for all that changes.
        var before = scope.App;
        var change = new AppChange { Name = body.Value.Name, Maintenance = body.Value.Maintenance };
        if (body.Value.BuildStack is { } wanted)
        {
            if (!StacksApi.Find(stacks, wanted).TryGet(out var stack, out var unknown))
                return unknown;
            change = change with { Stack = stack.Name };
        }

        if (!(await apps.UpdateAsync(before.Id, change, ct)).TryGet(out var app, out var refusal))
            return refusal;

        // 2. What is kept elsewhere follows, and the log says what happened.
        if (app.Name != before.Name)
        {
            await resources.RenamedAsync(app, before.Name);
            news.Tell(app.Id, $"Renamed from {before.Name} to {app.Name}", scope.Caller.Email);
        }

        if (app.Maintenance != before.Maintenance)
            news.Tell(app.Id, app.Maintenance ? "Maintenance mode enabled" : "Maintenance mode disabled", scope.Caller.Email);
        if (app.Stack != before.Stack)
            news.Tell(app.Id, $"Stack changed from {before.Stack} to {app.Stack}", scope.Caller.Email);
        return ApiAnswer.Ok(await shape.OfAsync(app, scope.Caller.Email, ct));
    }
}
