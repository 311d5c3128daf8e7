using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Slugs;

namespace Renga.Storage.Slugs;

/// <summary>Records of slugs that clients make themselves: promised first, given their code once. A slug that a build made is recorded by <c>ReleaseStore.DeployAsync</c>.</summary>
public sealed class SlugRecords(RengaDatabase database, TimeProvider time)
{
    public async Task<Result<Slug>> CreateAsync(Slug slug, CancellationToken ct) =>
        await database.WriteAsync<Slug>(
            async db =>
            {
                if (!await db.Apps.AnyAsync(a => a.Id == slug.AppId, ct))
                    return Refusal.NotFound("app");
                db.Slugs.Add(slug);
                return slug;
            },
            ct);

    /// <summary>The slug's code has come. What a slug holds never changes, so that a second upload is refused.</summary>
    public async Task<Result<Slug>> GiveCodeAsync(Guid slugId, StoredSlug code, CancellationToken ct) =>
        await database.WriteAsync<Slug>(
            async db =>
            {
                if (await db.Slugs.SingleOrDefaultAsync(s => s.Id == slugId, ct) is not { } slug)
                    return Refusal.NotFound("slug");
                if (CodeRefusal(slug) is { } refusal)
                    return refusal;
                (slug.Image, slug.Size, slug.Checksum, slug.UpdatedAt) = (code.Image, code.Bytes, code.Checksum, time.GetUtcNow());
                return slug;
            },
            ct);

    public async Task<Slug?> FindAsync(Guid slugId, CancellationToken ct)
    {
        await using var db = database.Read();
        return await db.Slugs.SingleOrDefaultAsync(s => s.Id == slugId, ct);
    }

    /// <summary>Null while a slug waits for its code.</summary>
    public static Refusal? CodeRefusal(Slug slug) => slug.Image is null ? null : Refusal.Conflict("This slug has its code already, and its content never changes. Create another slug.");
}
