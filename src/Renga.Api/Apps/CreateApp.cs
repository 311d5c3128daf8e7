using Microsoft.Extensions.Logging;
using Renga.Api.Conventions;
using Renga.Api.Platform;
using Renga.Model;
using Renga.Model.Stacks;
using Renga.Protocol.Api;
using Renga.Storage.Apps;
using Renga.Storage.Releases;

namespace Renga.Api.Apps;

internal static class CreateApp
{
    public static async Task<ApiAnswer> HandleAsync(
        Body<CreateAppRequest> body, Caller caller, AppStore apps, AppResources resources, AppNews news, AppShape shape, IStacks stacks, ApiOptions options, ILogger<AppsLog> logger, CancellationToken ct)
    {
        // 1. What was asked for exists here.
        var request = body.Value;
        if (!StacksApi.Find(stacks, request.Stack).TryGet(out var stack, out var refusal))
            return refusal;
        if (request.Region is { } region && !NameIds.Matches("region", options.Region, region))
            return Refusal.Invalid($"Region {region} is not available. Available regions: {options.Region}.");

        // 2. Rows: app, host name, v1.
        if (!(await apps.CreateAsync(caller.Account.Id, request.Name, stack.Name, ct)).TryGet(out var app, out refusal))
            return refusal;

        // 3. Room for its repository and whatever else it has; without that the app is taken back.
        if (!await resources.CreatedAsync(app))
        {
            await apps.DestroyAsync(app.Id, CancellationToken.None);
            await resources.DestroyedAsync(app.Id, []);
            return Refusal.Unavailable("The platform could not make room for the app. Nothing was created; the platform's log says why.");
        }

        // 4. Tell.
        logger.AppCreated(app.Id, app.Name);
        news.Tell(app.Id, ReleaseDescription.First, caller.Account.Email);
        news.Tell(app.Id, "Release v1 created", caller.Account.Email);
        return ApiAnswer.Created(shape.Of(app, caller.Account.Email, runStack: null));
    }
}

/// <summary>Category of the log.</summary>
internal sealed class AppsLog;
