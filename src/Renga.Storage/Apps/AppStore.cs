using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Model.Config;
using Renga.Model.Domains;
using Renga.Storage.Releases;

namespace Renga.Storage.Apps;

/// <summary>Creates, changes and removes apps, each in one transaction.</summary>
public sealed class AppStore(RengaDatabase database, ReleaseStore releases, StorageOptions options, Ids ids, TimeProvider time)
{
    /// <summary>An app with its first release and its host name.</summary>
    /// <param name="name">Null for one that is made up.</param>
    public async Task<Result<App>> CreateAsync(Guid ownerId, string? name, string stack, CancellationToken ct)
    {
        if (name is not null && AppName.Parse(name).Refusal is { } refusal)
            return refusal;
        return await database.WriteAsync<App>(
            async db =>
            {
                // 1. The name: the one that was asked for, or a made-up one that is free.
                var chosen = name ?? RandomAppName.New();
                while (await IsTakenAsync(db, chosen, ct))
                {
                    if (name is not null)
                        return Taken(name);
                    chosen = RandomAppName.New();
                }

                // 2. The app, its host name and v1.
                var now = time.GetUtcNow();
                var app = new App { Id = ids.New(), Name = chosen, OwnerId = ownerId, Stack = stack, CreatedAt = now, UpdatedAt = now };
                db.Apps.Add(app);
                db.Domains.Add(new Domain { Id = ids.New(), AppId = app.Id, Hostname = HostOf(chosen), Kind = DomainKind.Heroku, CreatedAt = now, UpdatedAt = now });
                db.Releases.Add(releases.First(app, ConfigVars.Empty));
                return app;
            },
            ct);
    }

    /// <summary>Changes what is not null.</summary>
    public async Task<Result<App>> UpdateAsync(Guid appId, AppChange change, CancellationToken ct)
    {
        if (change.Name is not null && AppName.Parse(change.Name).Refusal is { } refusal)
            return refusal;
        return await database.WriteAsync<App>(
            async db =>
            {
                if (await db.Apps.SingleOrDefaultAsync(a => a.Id == appId, ct) is not { } app)
                    return Refusal.NotFound("app");
                var now = time.GetUtcNow();
                if (change.Name is { } name && name != app.Name)
                {
                    if (await IsTakenAsync(db, name, ct))
                        return Taken(name);
                    app.Name = name;
                    await db.Domains.Where(d => d.AppId == appId && d.Kind == DomainKind.Heroku).ExecuteUpdateAsync(
                        set => set.SetProperty(static d => d.Hostname, HostOf(name)).SetProperty(static d => d.UpdatedAt, now), ct);
                }

                app.Maintenance = change.Maintenance ?? app.Maintenance;
                app.Stack = change.Stack ?? app.Stack;
                app.RepoSize = change.RepoSize ?? app.RepoSize;
                app.UpdatedAt = now;
                return app;
            },
            ct);
    }

    /// <summary>Removes the app and all that belongs to it. Returns the slug images that no other app uses, which are to be removed.</summary>
    public async Task<Result<ImmutableArray<string>>> DestroyAsync(Guid appId, CancellationToken ct) =>
        await database.WriteAsync<ImmutableArray<string>>(
            async db =>
            {
                if (await db.Apps.SingleOrDefaultAsync(a => a.Id == appId, ct) is not { } app)
                    return Refusal.NotFound("app");
                var images = await db.Slugs.Where(s => s.AppId == appId && s.Image != null && !db.Slugs.Any(o => o.AppId != appId && o.Image == s.Image))
                    .Select(static s => s.Image!).Distinct().ToListAsync(ct);
                await db.Releases.Where(r => r.AppId == appId).ExecuteDeleteAsync(ct);
                db.Apps.Remove(app);
                return images.ToImmutableArray();
            },
            ct);

    private static Task<bool> IsTakenAsync(RengaDb db, string name, CancellationToken ct) => db.Apps.AnyAsync(a => a.Name == name, ct);

    private static Refusal Taken(string name) => Refusal.Invalid($"Name \"{name}\" is already taken.");

    private string HostOf(string name) => $"{name}.{options.Domain}";
}

/// <summary>What is to change about an app; null stays.</summary>
public sealed record AppChange
{
    public string? Name { get; init; }

    public bool? Maintenance { get; init; }

    public string? Stack { get; init; }

    public long? RepoSize { get; init; }
}
