using Microsoft.EntityFrameworkCore;
using Renga.Model.Releases;

namespace Renga.Storage.Slugs;

/// <summary>Which slugs still need their image, and what the images of an app come to.</summary>
public sealed class SlugRetention(RengaDatabase database, TimeProvider time)
{
    /// <summary>Slug to image, for every slug that has one and was not collected; and the apps there are.</summary>
    public async Task<SlugInventory> ReadAsync(CancellationToken ct)
    {
        await using var db = database.Read();
        var apps = await db.Apps.Select(static a => a.Id).ToListAsync(ct);
        var images = await db.Slugs.Where(static s => s.Image != null && s.DeletedAt == null).Select(static s => new { s.Id, s.Image }).ToListAsync(ct);
        return new SlugInventory(apps.ToHashSet(), images.ToDictionary(static s => s.Id, static s => s.Image!));
    }

    /// <summary>Some slug has this image and was not collected.</summary>
    public async Task<bool> NeedsAsync(string image, CancellationToken ct)
    {
        await using var db = database.Read();
        return await db.Slugs.AnyAsync(s => s.Image == image && s.DeletedAt == null, ct);
    }

    /// <summary>
    /// Gives up the slugs that no release within reach of a rollback has: those outside the last <paramref name="keep"/> releases with code of their app, except
    /// the current release's and those of <paramref name="running"/> releases; and slugs that were never released and are older than
    /// <paramref name="unreleasedBefore"/>. Their images may then be removed. Returns how many.
    /// </summary>
    public async Task<int> CollectAsync(int keep, DateTimeOffset unreleasedBefore, Func<Guid, IReadOnlySet<Guid>> running, CancellationToken ct)
    {
        var collected = 0;
        foreach (var appId in await AppsWithSurplusAsync(keep, unreleasedBefore, ct))
        {
            var busy = running(appId);
            collected += (await database.WriteAsync<int>(
                async db =>
                {
                    var releases = await db.Releases.Where(r => r.AppId == appId && r.SlugId != null).OrderByDescending(static r => r.Version).ToListAsync(ct);
                    var current = releases.FirstOrDefault(static r => r.Status == ReleaseStatus.Succeeded);
                    var needed = releases.Where((r, place) => place < keep || r == current || busy.Contains(r.Id)).Select(static r => r.SlugId!.Value).ToHashSet();
                    var released = releases.Select(static r => r.SlugId!.Value).ToHashSet();
                    var slugs = await db.Slugs.Where(s => s.AppId == appId && s.Image != null && s.DeletedAt == null).ToListAsync(ct);
                    var surplus = slugs.Where(s => !needed.Contains(s.Id) && (released.Contains(s.Id) || s.CreatedAt < unreleasedBefore)).ToList();
                    foreach (var slug in surplus)
                        slug.DeletedAt = slug.UpdatedAt = time.GetUtcNow();
                    return surplus.Count;
                },
                ct)).Value;
        }

        return collected;
    }

    /// <summary>Bytes of the images that only this app has, and of those that another has too.</summary>
    public async Task<(long Own, long Shared)> ReadUseAsync(Guid appId, CancellationToken ct)
    {
        await using var db = database.Read();
        var images = await db.Slugs.Where(s => s.AppId == appId && s.Image != null && s.DeletedAt == null)
            .Select(s => new { s.Image, s.Size, Shared = db.Slugs.Any(o => o.AppId != appId && o.Image == s.Image && o.DeletedAt == null) })
            .Distinct().ToListAsync(ct);
        return (images.Where(static i => !i.Shared).Sum(static i => i.Size), images.Where(static i => i.Shared).Sum(static i => i.Size));
    }

    private async Task<IEnumerable<Guid>> AppsWithSurplusAsync(int keep, DateTimeOffset unreleasedBefore, CancellationToken ct)
    {
        await using var db = database.Read();
        var many = await db.Releases.Where(static r => r.SlugId != null).GroupBy(static r => r.AppId).Where(g => g.Count() > keep).Select(static g => g.Key).ToListAsync(ct);
        var unreleased = await db.Slugs.Where(s => s.Image != null && s.DeletedAt == null && s.CreatedAt < unreleasedBefore && !db.Releases.Any(r => r.SlugId == s.Id))
            .Select(static s => s.AppId).ToListAsync(ct);
        return many.Union(unreleased);
    }
}

/// <summary>What the slug store and the caches must have files for.</summary>
public sealed record SlugInventory(IReadOnlySet<Guid> Apps, IReadOnlyDictionary<Guid, string> Images);
