using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Buildpacks;
using Renga.Protocol.Api;
using Renga.Storage.Buildpacks;

namespace Renga.Api.Buildpacks;

internal static class BuildpacksApi
{
    private const int MaxBuildpacks = 20;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/buildpack-installations", ListAsync).Needs(AppAction.View);
        api.MapPut("/apps/{app}/buildpack-installations", ReplaceAsync).Needs(AppAction.Operate);
        BuildpackRegistryApi.Map(api);
    }

    private static async Task<ApiAnswer> ListAsync(AppScope scope, BuildpackStore buildpacks, CancellationToken ct) =>
        Answer(await buildpacks.ListAsync(scope.App.Id, ct));

    private static async Task<ApiAnswer> ReplaceAsync(Body<UpdateBuildpackInstallationsRequest> body, AppScope scope, BuildpackStore buildpacks, IBuildpackRegistry registry, CancellationToken ct)
    {
        // 1. Every problem in one message.
        if (body.Value.Updates is not { Count: <= MaxBuildpacks } updates)
            return Refusal.Invalid($"Send \"updates\", a list of at most {MaxBuildpacks} {{\"buildpack\": NAME or URL}}.");
        if (!registry.Read().TryGet(out var known, out var refusal))
            return refusal;
        var parsed = updates.Select(update => Parse(update?.Buildpack, known)).ToList();
        var problems = parsed.Where(static p => p.Refusal is not null).Select(static p => p.Refusal!.Message).Distinct().ToList();
        if (problems.Count > 0)
            return Refusal.Invalid(string.Join(' ', problems));

        // 2. The next build uses them; nothing restarts.
        var replaced = await buildpacks.ReplaceAsync(scope.App.Id, [.. parsed.Select(static p => p.Value)], ct);
        return replaced.TryGet(out var installed, out refusal) ? Answer(installed) : refusal;
    }

    /// <summary>As it is kept. Whether the platform offers a path, and whether a URL answers, shows when it builds.</summary>
    internal static Result<string> Parse(string? given, ImmutableSortedDictionary<string, string> known)
    {
        if (!BuildpackLocator.Parse(given).TryGet(out var reference, out var refusal))
            return refusal;
        return reference.Kind == BuildpackLocatorKind.Name && !known.ContainsKey(reference.Location) ? BuildpackLocator.Unknown(reference.Location, known.Keys) : reference.Text;
    }

    private static ApiAnswer Answer(ImmutableArray<BuildpackInstallation> installed) =>
        ApiAnswer.Ok(installed.Select(static b => new BuildpackInstallationResponse(new BuildpackReference(b.Url, BuildpackLocator.ToUrl(b.Url)), b.Ordinal)).ToArray());
}
