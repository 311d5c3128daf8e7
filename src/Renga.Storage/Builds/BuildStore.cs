using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Builds;

namespace Renga.Storage.Builds;

/// <summary>Records of builds. A build that succeeds is finished by <see cref="Releases.ReleaseStore"/>, together with its release.</summary>
public sealed class BuildStore(RengaDatabase database, Ids ids, TimeProvider time)
{
    /// <summary>A pending build.</summary>
    public async Task<Result<Build>> CreateAsync(BuildRequest request, CancellationToken ct) =>
        await database.WriteAsync<Build>(
            async db =>
            {
                if (await db.Apps.SingleOrDefaultAsync(a => a.Id == request.AppId, ct) is not { } app)
                    return Refusal.NotFound("app");
                var now = time.GetUtcNow();
                var build = new Build
                {
                    Id = ids.New(),
                    AppId = request.AppId,
                    AccountId = request.AccountId,
                    Stack = app.Stack,
                    Commit = request.Commit,
                    SourceUrl = request.SourceUrl ?? request.Source switch { BuildSource.Download from => from.Url.ToString(), BuildSource.Repository from => from.Url.ToString(), _ => null },
                    Buildpacks = [.. request.Buildpacks ?? await db.BuildpackInstallations.Where(b => b.AppId == request.AppId).OrderBy(static b => b.Ordinal).Select(static b => b.Url).ToListAsync(ct)],
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                db.Builds.Add(build);
                return build;
            },
            ct);

    /// <summary>A pending build failed, for a reason in one sentence. One that is over already, or whose app is gone, stays as it is.</summary>
    public async Task FailAsync(Guid buildId, string reason, CancellationToken ct) =>
        await database.WriteAsync<int>(
            async db => await db.Builds.Where(b => b.Id == buildId && b.Status == BuildStatus.Pending).ExecuteUpdateAsync(
                set => set.SetProperty(static b => b.Status, BuildStatus.Failed)
                    .SetProperty(static b => b.FailureReason, reason)
                    .SetProperty(static b => b.UpdatedAt, time.GetUtcNow()),
                ct),
            ct);

    public async Task<Build?> FindAsync(Guid buildId, CancellationToken ct)
    {
        await using var db = database.Read();
        return await db.Builds.SingleOrDefaultAsync(b => b.Id == buildId, ct);
    }
}
