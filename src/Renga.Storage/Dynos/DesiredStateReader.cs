using System.Collections.Immutable;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Renga.Model.Apps;
using Renga.Model.Domains;
using Renga.Model.Dynos;
using Renga.Model.Formation;
using Renga.Model.Releases;
using Renga.Model.Slugs;
using Renga.Storage.Releases;
using Renga.Storage.Secrets;

namespace Renga.Storage.Dynos;

/// <summary>Reads what should run. Each call is one query, so that release, slug, formation and hosts are of one moment.</summary>
internal sealed class DesiredStateReader(RengaDatabase database, SecretBox box) : IDesiredState
{
    public async Task<ImmutableArray<DesiredApp>> ReadAllAsync(CancellationToken ct) => await ReadAsync(static _ => true, ct);

    public async Task<DesiredApp?> ReadAsync(Guid appId, CancellationToken ct)
    {
        var found = await ReadAsync(app => app.Id == appId, ct);
        return found.SingleOrDefault();
    }

    private async Task<ImmutableArray<DesiredApp>> ReadAsync(Expression<Func<App, bool>> which, CancellationToken ct)
    {
        await using var db = database.Read();
        var rows = await (
            from app in db.Apps.Where(which)
            join release in db.Releases on app.Id equals release.AppId
            where release.Status == ReleaseStatus.Succeeded
                && !db.Releases.Any(later => later.AppId == app.Id && later.Status == ReleaseStatus.Succeeded && later.Version > release.Version)
            join slug in db.Slugs on release.SlugId equals slug.Id into slugs
            from slug in slugs.DefaultIfEmpty()
            orderby app.Id
            select new Row
            {
                App = app,
                Release = release,
                Slug = slug,
                Formation = db.Formation.Where(f => f.AppId == app.Id).OrderBy(static f => f.Type).ToList(),
                Domains = db.Domains.Where(d => d.AppId == app.Id).OrderBy(static d => d.Hostname).ToList(),
            }).AsSingleQuery().ToListAsync(ct);
        return [.. rows.Select(Resolve)];
    }

    private DesiredApp Resolve(Row row) => new()
    {
        AppId = row.App.Id,
        Name = row.App.Name,
        ReleaseId = row.Release.Id,
        ReleaseVersion = row.Release.Version,
        ReleaseCreatedAt = row.Release.CreatedAt,
        Slug = row.Slug is { } slug ? new DesiredSlug(slug.Id, slug.Image, slug.Commit, slug.ProcessTypes.ToImmutableSortedDictionary(StringComparer.Ordinal)) : null,
        Config = box.Open(row.App.Id, row.Release.SealedConfig),
        Formation =
        [
            .. row.Formation.Where(f => row.Slug?.ProcessTypes.ContainsKey(f.Type) is true)
                .Select(f => new DesiredProcess(f.Type, row.Slug!.ProcessTypes[f.Type], f.Quantity, f.Size)),
        ],
        Hosts = [.. row.Domains.OrderBy(static d => d.Kind).Select(static d => d.Hostname)],
        Maintenance = row.App.Maintenance,
        Stack = row.Slug?.Stack ?? row.App.Stack,
        BuildStack = row.App.Stack,
    };

    private sealed class Row
    {
        public required App App { get; init; }

        public required Release Release { get; init; }

        public Slug? Slug { get; init; }

        public required List<FormationEntry> Formation { get; init; }

        public required List<Domain> Domains { get; init; }
    }
}
