using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Formation;
using Renga.Model.Releases;

namespace Renga.Storage.Formation;

/// <summary>How many dynos of which size each process type of an app has.</summary>
public sealed class FormationStore(RengaDatabase database, TimeProvider time)
{
    /// <summary>The process types of the current slug, by name.</summary>
    public async Task<ImmutableArray<FormationRow>> ListAsync(Guid appId, CancellationToken ct)
    {
        await using var db = database.Read();
        return await RowsAsync(db, appId, ct);
    }

    /// <summary>Applies all changes or none. Returns the whole formation afterwards.</summary>
    public async Task<Result<ImmutableArray<FormationRow>>> UpdateAsync(Guid appId, IReadOnlyList<FormationChange> changes, CancellationToken ct) =>
        await database.WriteAsync<ImmutableArray<FormationRow>>(
            async db =>
            {
                var rows = await RowsAsync(db, appId, ct);
                foreach (var change in changes)
                {
                    if (rows.SingleOrDefault(r => r.Entry.Type == change.Type) is not { } row)
                        return new Refusal(RefusalKind.NotFound, $"Couldn't find that process type ({change.Type}).", "process type");
                    if (change.Quantity is { } quantity)
                    {
                        if (!quantity.From(row.Entry.Quantity).TryGet(out var wanted, out var refusal))
                            return refusal;
                        row.Entry.Quantity = wanted;
                    }

                    row.Entry.Size = change.Size?.Name ?? row.Entry.Size;
                    row.Entry.UpdatedAt = time.GetUtcNow();
                }

                return rows;
            },
            ct);

    private static async Task<ImmutableArray<FormationRow>> RowsAsync(RengaDb db, Guid appId, CancellationToken ct)
    {
        var slug = await (from release in db.Releases
                          where release.AppId == appId && release.Status == ReleaseStatus.Succeeded
                          orderby release.Version descending
                          select db.Slugs.FirstOrDefault(s => s.Id == release.SlugId)).FirstOrDefaultAsync(ct);
        if (slug is null)
            return [];
        var entries = await db.Formation.Where(f => f.AppId == appId).ToListAsync(ct);
        return
        [
            .. entries.Where(e => slug.ProcessTypes.ContainsKey(e.Type))
                .OrderBy(static e => e.Type, StringComparer.Ordinal)
                .Select(e => new FormationRow(e, slug.ProcessTypes[e.Type])),
        ];
    }
}

/// <summary>A process type with the command that the current slug has for it.</summary>
public sealed record FormationRow(FormationEntry Entry, string Command);

/// <summary>A change of one process type; null stays.</summary>
public sealed record FormationChange(string Type, QuantityChange? Quantity, DynoSize? Size);
