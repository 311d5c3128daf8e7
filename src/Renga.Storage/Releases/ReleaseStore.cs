using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Model.Builds;
using Renga.Model.Config;
using Renga.Model.Formation;
using Renga.Model.Releases;
using Renga.Model.Slugs;
using Renga.Storage.Secrets;

namespace Renga.Storage.Releases;

/// <summary>
/// The one place that appends releases. Per app they are numbered from 1 without gaps: the next number is read in the transaction that takes it,
/// and the unique index over app and number has the last word.
/// </summary>
public sealed class ReleaseStore(RengaDatabase database, SecretBox box, Ids ids, TimeProvider time)
{
    /// <summary>A build succeeded: records the slug, releases it, gives new process types their place in the formation and finishes the build.</summary>
    /// <param name="buildId">The build that made the slug; it must be pending. Null when the slug did not come from a build.</param>
    public Task<Result<Release>> DeployAsync(Guid accountId, Slug slug, Guid? buildId, CancellationToken ct) => DeployAsync(accountId, slug, buildId, ConfigVars.Empty, ct);

    /// <inheritdoc cref="DeployAsync(Guid, Slug, Guid?, CancellationToken)"/>
    /// <param name="defaults">Config vars that the buildpack brings: set with the app's first code only, and only where the app has none of that name.</param>
    public async Task<Result<Release>> DeployAsync(Guid accountId, Slug slug, Guid? buildId, IReadOnlyDictionary<string, string> defaults, CancellationToken ct) =>
        await database.WriteAsync<Release>(
            async db =>
            {
                // 1. The app may have been destroyed while it was built.
                if (await db.Apps.SingleOrDefaultAsync(a => a.Id == slug.AppId, ct) is not { } app)
                    return Refusal.NotFound("app");

                // 2. Slug and release.
                var config = await ConfigAsync(db, app.Id, ct);
                if (defaults.Count > 0 && !await db.Releases.AnyAsync(r => r.AppId == app.Id && r.SlugId != null, ct))
                {
                    var missing = defaults.Where(d => !config.ContainsKey(d.Key)).ToDictionary(static d => d.Key, static d => (string?)d.Value, StringComparer.Ordinal);
                    if (!ConfigVars.Apply(config, missing).TryGet(out config, out var refusal))
                        return refusal;
                }

                db.Slugs.Add(slug);
                var release = await AppendAsync(db, app, accountId, ReleaseDescription.Deploy(slug.Commit), slug.Id, config, ct);

                // 3. Formation and app follow the new code.
                await AddProcessTypesAsync(db, slug, ct);
                Released(app, slug);

                // 4. The build is done.
                if (buildId is { } id && await db.Builds.SingleOrDefaultAsync(b => b.Id == id, ct) is { } build)
                {
                    if (build.Status != BuildStatus.Pending)
                        return Refusal.Conflict("The build is over already.");
                    build.Status = BuildStatus.Succeeded;
                    build.SlugId = slug.Id;
                    build.ReleaseId = release.Id;
                    build.UpdatedAt = time.GetUtcNow();
                }

                return release;
            },
            ct);

    /// <summary>Releases a slug that the app has already, one that a build made or a client uploaded. New process types get their place in the formation.</summary>
    /// <param name="description">Null for the usual one.</param>
    public async Task<Result<Release>> ReleaseSlugAsync(Guid appId, Guid accountId, Guid slugId, string? description, CancellationToken ct) =>
        await database.WriteAsync<Release>(
            async db =>
            {
                if (await db.Apps.SingleOrDefaultAsync(a => a.Id == appId, ct) is not { } app)
                    return Refusal.NotFound("app");
                if (await db.Slugs.SingleOrDefaultAsync(s => s.Id == slugId && s.AppId == appId, ct) is not { } slug)
                    return Refusal.NotFound("slug");
                if (slug.DeletedAt is not null)
                    return Refusal.Invalid($"The code of slug {slugId} was removed, since no recent release used it. Deploy it again.");
                if (slug.Image is null)
                    return Refusal.Invalid("This slug has no code yet: PUT a tar.gz to its blob URL first, then release it.");
                var release = await AppendAsync(db, app, accountId, description ?? ReleaseDescription.Deploy(slug.Commit), slugId, await ConfigAsync(db, appId, ct), ct);
                await AddProcessTypesAsync(db, slug, ct);
                Released(app, slug);
                return release;
            },
            ct);

    /// <summary>Changes config vars, where null removes. When nothing differs no release is made: a client that repeats itself does no harm.</summary>
    public async Task<Result<ConfigChange>> ChangeConfigAsync(Guid appId, Guid accountId, IReadOnlyDictionary<string, string?> changes, CancellationToken ct) =>
        await database.WriteAsync<ConfigChange>(
            async db =>
            {
                if (await db.Apps.SingleOrDefaultAsync(a => a.Id == appId, ct) is not { } app)
                    return Refusal.NotFound("app");
                var last = await LastAsync(db, appId, ct);
                var before = box.Open(appId, last.SealedConfig);
                if (!ConfigVars.Apply(before, changes).TryGet(out var after, out var refusal))
                    return refusal;
                if (ReleaseDescription.Config(before, after) is not { } description)
                    return new ConfigChange(before, null);
                return new ConfigChange(after, await AppendAsync(db, app, accountId, description, last.SlugId, after, ct));
            },
            ct);

    /// <summary>Appends a release with the slug and the config of an earlier one.</summary>
    /// <param name="release">The id or the number (<c>3</c>, <c>v3</c>) of the earlier release.</param>
    public async Task<Result<Release>> RollBackAsync(Guid appId, Guid accountId, string release, CancellationToken ct) =>
        await database.WriteAsync<Release>(
            async db =>
            {
                if (await db.Apps.SingleOrDefaultAsync(a => a.Id == appId, ct) is not { } app)
                    return Refusal.NotFound("app");
                if (!(await ReleaseQueries.FindAsync(db.Releases, appId, release, ct)).TryGet(out var target, out var refusal))
                    return refusal;
                var last = await LastAsync(db, appId, ct);
                if (!ReleaseQueries.IsEligibleForRollback(target.Status, target.SlugId, last.SlugId, collected: false))
                    return Refusal.Invalid($"Cannot roll back to v{target.Version}: {(target.SlugId is null ? "it has no code" : "it did not succeed")}.");
                var slug = target.SlugId is { } slugId ? await db.Slugs.SingleAsync(s => s.Id == slugId, ct) : null;
                if (slug?.DeletedAt is not null)
                    return Refusal.Invalid($"Cannot roll back to v{target.Version}: its code was removed, since only that of recent releases is kept. Deploy {slug.Commit ?? "it"} again.");
                var made = await AppendAsync(db, app, accountId, ReleaseDescription.Rollback(target.Version), target.SlugId, box.Open(appId, target.SealedConfig), ct);
                if (slug is not null)
                    Released(app, slug);
                return made;
            },
            ct);

    /// <summary>Bytes of the slug that an app runs now; null before the first deploy.</summary>
    public async Task<long?> ReadSlugSizeAsync(Guid appId, CancellationToken ct)
    {
        await using var db = database.Read();
        return await db.Apps.Where(a => a.Id == appId && a.SlugSize > 0).Select(static a => (long?)a.SlugSize).SingleOrDefaultAsync(ct);
    }

    /// <summary>The config vars of an app now.</summary>
    public async Task<ImmutableSortedDictionary<string, string>> ReadConfigAsync(Guid appId, CancellationToken ct)
    {
        await using var db = database.Read();
        return await ConfigAsync(db, appId, ct);
    }

    /// <summary>The config vars of one release, by id or number.</summary>
    public async Task<Result<ImmutableSortedDictionary<string, string>>> ReadConfigAsync(Guid appId, string release, CancellationToken ct)
    {
        await using var db = database.Read();
        if (!(await ReleaseQueries.FindAsync(db.Releases, appId, release, ct)).TryGet(out var found, out var refusal))
            return refusal;
        return box.Open(appId, found.SealedConfig);
    }

    /// <summary>v1 of an app that is being created; the caller adds it.</summary>
    internal Release First(App app, ImmutableSortedDictionary<string, string> config) =>
        Make(app, app.OwnerId, version: 1, ReleaseDescription.First, slugId: null, config);

    private static Task<Release> LastAsync(RengaDb db, Guid appId, CancellationToken ct) =>
        db.Releases.Where(r => r.AppId == appId && r.Status == ReleaseStatus.Succeeded).OrderByDescending(static r => r.Version).FirstAsync(ct);

    private async Task<ImmutableSortedDictionary<string, string>> ConfigAsync(RengaDb db, Guid appId, CancellationToken ct) =>
        box.Open(appId, (await LastAsync(db, appId, ct)).SealedConfig);

    private async Task<Release> AppendAsync(
        RengaDb db, App app, Guid accountId, string description, Guid? slugId, ImmutableSortedDictionary<string, string> config, CancellationToken ct)
    {
        var highest = await db.Releases.Where(r => r.AppId == app.Id).MaxAsync(static r => r.Version, ct);
        var release = Make(app, accountId, highest + 1, description, slugId, config);
        db.Releases.Add(release);
        return release;
    }

    private Release Make(App app, Guid accountId, int version, string description, Guid? slugId, ImmutableSortedDictionary<string, string> config)
    {
        var now = time.GetUtcNow();
        return new Release
        {
            Id = ids.New(),
            AppId = app.Id,
            Version = version,
            Description = description,
            AccountId = accountId,
            SlugId = slugId,
            SealedConfig = box.Seal(app.Id, config),
            Status = ReleaseStatus.Succeeded,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <summary>Types seen for the first time: one web dyno, none of the others.</summary>
    private async Task AddProcessTypesAsync(RengaDb db, Slug slug, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var known = await db.Formation.Where(f => f.AppId == slug.AppId).Select(static f => f.Type).ToListAsync(ct);
        foreach (var type in slug.ProcessTypes.Keys.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var quantity = type == ProcessType.Web ? 1 : 0;
            db.Formation.Add(new FormationEntry { Id = ids.New(), AppId = slug.AppId, Type = type, Quantity = quantity, Size = DynoSize.Default.Name, CreatedAt = now, UpdatedAt = now });
        }
    }

    private void Released(App app, Slug slug)
    {
        var now = time.GetUtcNow();
        app.SlugSize = slug.Size;
        app.BuildpackProvidedDescription = slug.BuildpackProvidedDescription;
        app.ReleasedAt = now;
        app.UpdatedAt = now;
    }
}

/// <summary>The config vars after a change, and the release that carries them; null when nothing differed.</summary>
public sealed record ConfigChange(ImmutableSortedDictionary<string, string> Config, Release? Release);
