using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Renga.Api.Buildpacks;
using Renga.Api.Conventions;
using Renga.Api.Sources;
using Renga.Model;
using Renga.Model.Buildpacks;
using Renga.Model.Builds;
using Renga.Protocol.Api;
using Renga.Storage;

namespace Renga.Api.Builds;

/// <summary>Builds an archive or a repository, without a push.</summary>
internal static class CreateBuild
{
    private const int MaxVersion = 200;
    private const int MaxDescription = 2000;
    private const int MaxBuildpacks = 20;

    public static async Task<ApiAnswer> HandleAsync(
        Body<CreateBuildRequest> body, HttpRequest request, AppScope scope, SourceAddress sources, IBuildService builds, RengaDatabase database, SignedAddresses addresses, IBuildpackRegistry registry, CancellationToken ct)
    {
        // 1. What is to be built, by what?
        var blob = body.Value.SourceBlob;
        if (!(await sources.ResolveAsync(request, blob, ct)).TryGet(out var source, out var refusal))
            return refusal;
        if (Check(blob!) is { } invalid)
            return invalid;
        if (!registry.Read().TryGet(out var known, out refusal))
            return refusal;
        if (!Buildpacks(body.Value.Buildpacks, known).TryGet(out var buildpacks, out refusal))
            return refusal;

        // 2. It starts now, or when it is its turn.
        var started = await builds.StartAsync(
            new BuildRequest
            {
                AppId = scope.App.Id,
                AccountId = scope.Caller.Id,
                AccountEmail = scope.Caller.Email,
                Source = source,
                SourceUrl = blob!.Url,
                Commit = Given(blob.Version),
                CommitDescription = Given(blob.VersionDescription),
                Buildpacks = buildpacks.Count == 0 ? null : buildpacks,
            },
            ct);
        if (!started.TryGet(out var build, out refusal))
            return refusal;

        // 3. What it says can be read at once.
        return (await BuildsApi.FindAsync(database, scope.App.Id, build.Id.ToString(), ct)).TryGet(out var row, out refusal)
            ? ApiAnswer.Created(row.Shape(scope.App, BuildsApi.OutputAddress(addresses, request, build.Id)))
            : refusal;
    }

    private static Refusal? Check(CreateBuildSource blob) => blob switch
    {
        { Version.Length: > MaxVersion } => Refusal.Invalid($"Version is too long (maximum is {MaxVersion} characters)."),
        { Version: { } version } when version.Any(char.IsControl) => Refusal.Invalid("Version must be one line of text."),
        { VersionDescription.Length: > MaxDescription } => Refusal.Invalid($"Version description is too long (maximum is {MaxDescription} characters)."),
        _ => null,
    };

    /// <summary>Every problem in one message.</summary>
    private static Result<List<string>> Buildpacks(IReadOnlyList<CreateBuildBuildpack?>? given, ImmutableSortedDictionary<string, string> known)
    {
        if (given is { Count: > MaxBuildpacks })
            return Refusal.Invalid($"A build can have {MaxBuildpacks} buildpacks at most.");
        var parsed = (given ?? []).Select(b => BuildpacksApi.Parse(b?.Url ?? b?.Name, known)).ToList();
        var problems = parsed.Where(static p => p.Refusal is not null).Select(static p => p.Refusal!.Message).Distinct().ToList();
        return problems.Count > 0 ? Refusal.Invalid(string.Join(' ', problems)) : parsed.Select(static p => p.Value).ToList();
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
