using Renga.Model;
using Renga.Model.Builds;
using Renga.Model.Dynos;
using Renga.Model.Slugs;
using Renga.Storage.Buildpacks;
using Renga.Storage.Builds;
using Renga.Storage.Releases;

namespace Renga.Builds.Recording;

/// <summary>The platform's database, as the compiler needs it.</summary>
internal sealed class StorageBuildRecords(IDesiredState desired, BuildStore builds, BuildpackStore buildpacks, ReleaseStore releases) : IBuildRecords
{
    public async Task<Result<BuildSubject>> ReadAsync(Guid appId, CancellationToken ct)
    {
        if (await desired.ReadAsync(appId, ct) is not { } app)
            return Refusal.NotFound("app");
        var chosen = await buildpacks.ListAsync(appId, ct);
        return new BuildSubject(app.Name, app.BuildStack, app.Hosts.FirstOrDefault(), app.Config, [.. chosen.Select(static b => b.Url)])
        {
            LastSlugBytes = await releases.ReadSlugSizeAsync(appId, ct),
        };
    }

    public Task<Result<Build>> BeginAsync(BuildRequest request, CancellationToken ct) =>
        builds.CreateAsync(request, ct);

    public async Task<Build?> FindAsync(Guid appId, Guid buildId, CancellationToken ct) =>
        await builds.FindAsync(buildId, ct) is { } build && build.AppId == appId ? build : null;

    public Task FailAsync(Guid buildId, string reason, CancellationToken ct) => builds.FailAsync(buildId, reason, ct);

    public async Task<Result<ReleasedBuild>> DeployAsync(Guid accountId, Slug slug, Guid buildId, IReadOnlyDictionary<string, string> defaults, CancellationToken ct) =>
        (await releases.DeployAsync(accountId, slug, buildId, defaults, ct)).TryGet(out var release, out var refusal)
            ? new ReleasedBuild(release.Version, release.Description)
            : refusal;
}
