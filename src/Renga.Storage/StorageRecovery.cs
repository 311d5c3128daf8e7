using Microsoft.EntityFrameworkCore;
using Renga.Model.Builds;
using Renga.Model.Domains;

namespace Renga.Storage;

/// <summary>What the start of the platform puts right in the database. Every step may run again.</summary>
public sealed class StorageRecovery(StorageOptions options, TimeProvider time)
{
    public const string InterruptedBuild = "the platform stopped during the build";

    internal async Task RunAsync(RengaDb db, CancellationToken ct)
    {
        var now = time.GetUtcNow();

        // 1. Nobody runs the builds of the last process any more.
        await db.Builds.Where(static b => b.Status == BuildStatus.Pending).ExecuteUpdateAsync(
            set => set.SetProperty(static b => b.Status, BuildStatus.Failed)
                .SetProperty(static b => b.FailureReason, InterruptedBuild)
                .SetProperty(static b => b.UpdatedAt, now),
            ct);

        // 2. The operator may have chosen another domain.
        var own = await (from domain in db.Domains
                         join app in db.Apps on domain.AppId equals app.Id
                         where domain.Kind == DomainKind.Heroku
                         select new { domain.Id, domain.Hostname, app.Name }).ToListAsync(ct);
        foreach (var domain in own)
        {
            var wanted = $"{domain.Name}.{options.Domain}";
            if (domain.Hostname != wanted)
            {
                await db.Domains.Where(d => d.Id == domain.Id).ExecuteUpdateAsync(
                    set => set.SetProperty(static d => d.Hostname, wanted).SetProperty(static d => d.UpdatedAt, now), ct);
            }
        }
    }
}
