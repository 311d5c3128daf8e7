using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Apps;
using Renga.Api.Conventions;
using Renga.Model.Access;
using Renga.Storage.Releases;

namespace Renga.Api.ConfigVars;

internal static class ConfigVarsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/config-vars", GetAsync).Needs(AppAction.View);
        api.MapPatch("/apps/{app}/config-vars", UpdateAsync).Needs(AppAction.Operate);
        api.MapGet("/apps/{app}/releases/{release}/config-vars", GetOfReleaseAsync).Needs(AppAction.View);
    }

    private static async Task<ApiAnswer> GetAsync(AppScope scope, ReleaseStore releases, CancellationToken ct) =>
        Answer(await releases.ReadConfigAsync(scope.App.Id, ct));

    private static async Task<ApiAnswer> GetOfReleaseAsync(string release, AppScope scope, ReleaseStore releases, CancellationToken ct) =>
        (await releases.ReadConfigAsync(scope.App.Id, release, ct)).TryGet(out var vars, out var refusal) ? Answer(vars) : refusal;

    private static async Task<ApiAnswer> UpdateAsync(Body<Dictionary<string, string?>> body, AppScope scope, ReleaseStore releases, AppNews news, CancellationToken ct)
    {
        if (!(await releases.ChangeConfigAsync(scope.App.Id, scope.Caller.Id, body.Value, ct)).TryGet(out var changed, out var refusal))
            return refusal;
        if (changed.Release is { } release)
            news.Released(release, scope.Caller.Email);
        return Answer(changed.Config);
    }

    private static ApiAnswer Answer(IReadOnlyDictionary<string, string> vars) => ApiAnswer.Ok(new Dictionary<string, string>(vars));
}
