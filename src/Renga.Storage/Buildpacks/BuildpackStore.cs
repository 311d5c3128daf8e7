using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Buildpacks;

namespace Renga.Storage.Buildpacks;

/// <summary>The buildpacks that an app builds with, in order.</summary>
public sealed class BuildpackStore(RengaDatabase database, Ids ids)
{
    public async Task<ImmutableArray<BuildpackInstallation>> ListAsync(Guid appId, CancellationToken ct)
    {
        await using var db = database.Read();
        return [.. await db.BuildpackInstallations.Where(b => b.AppId == appId).OrderBy(static b => b.Ordinal).ToListAsync(ct)];
    }

    /// <summary>Replaces them all.</summary>
    public async Task<Result<ImmutableArray<BuildpackInstallation>>> ReplaceAsync(Guid appId, IReadOnlyList<string> urls, CancellationToken ct) =>
        await database.WriteAsync<ImmutableArray<BuildpackInstallation>>(
            async db =>
            {
                if (!await db.Apps.AnyAsync(a => a.Id == appId, ct))
                    return Refusal.NotFound("app");
                await db.BuildpackInstallations.Where(b => b.AppId == appId).ExecuteDeleteAsync(ct);
                ImmutableArray<BuildpackInstallation> made =
                    [.. urls.Select((url, ordinal) => new BuildpackInstallation { Id = ids.New(), AppId = appId, Ordinal = ordinal, Url = url })];
                db.BuildpackInstallations.AddRange(made);
                return made;
            },
            ct);
}
