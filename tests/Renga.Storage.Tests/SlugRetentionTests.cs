using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Storage.Slugs;

namespace Renga.Storage.Tests;

public sealed class SlugRetentionTests
{
    private static readonly IReadOnlySet<Guid> None = new HashSet<Guid>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collect_BeyondTheKeptReleases_SparesWhatIsCurrentOrRuns()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        var slugs = Enumerable.Range(0, 6).Select(_ => storage.Slug(app.Id, "web")).ToList();
        foreach (var slug in slugs)
            await storage.Releases.DeployAsync(account, slug, null, Ct);
        var retention = storage.Get<SlugRetention>();
        await using var db = storage.Get<RengaDatabase>().Read();
        var running = await db.Releases.SingleAsync(r => r.Version == 3, Ct);

        var collected = await retention.CollectAsync(keep: 2, storage.Time.GetUtcNow(), _ => new HashSet<Guid> { running.Id }, Ct);

        collected.ShouldBe(3);
        (await retention.ReadAsync(Ct)).Images.Keys.ShouldBe([slugs[1].Id, slugs[4].Id, slugs[5].Id], ignoreOrder: true);
        (await retention.NeedsAsync(slugs[0].Image!, Ct)).ShouldBeFalse();
        (await retention.CollectAsync(keep: 2, storage.Time.GetUtcNow(), _ => new HashSet<Guid> { running.Id }, Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task Collect_AfterARollback_KeepsTheOldCodeThatRunsNow()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        var old = storage.Slug(app.Id, "web");
        await storage.Releases.DeployAsync(account, old, null, Ct);
        await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web"), null, Ct);
        await storage.Releases.RollBackAsync(app.Id, account, "v2", Ct);

        await storage.Get<SlugRetention>().CollectAsync(keep: 1, storage.Time.GetUtcNow(), static _ => None, Ct);

        (await storage.Get<SlugRetention>().ReadAsync(Ct)).Images.Keys.ShouldBe([old.Id]);
    }

    [Fact]
    public async Task RollBack_ToCollectedCode_IsRefusedWithTheReason()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        var old = storage.Slug(app.Id, "web");
        await storage.Releases.DeployAsync(account, old, null, Ct);
        await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web"), null, Ct);
        await storage.Get<SlugRetention>().CollectAsync(keep: 1, storage.Time.GetUtcNow(), static _ => None, Ct);

        var refused = (await storage.Releases.RollBackAsync(app.Id, account, "v2", Ct)).Refusal.ShouldNotBeNull();

        refused.Kind.ShouldBe(RefusalKind.Invalid);
        refused.Message.ShouldBe($"Cannot roll back to v2: its code was removed, since only that of recent releases is kept. Deploy {old.Commit} again.");
        (await storage.Releases.ReleaseSlugAsync(app.Id, account, old.Id, null, Ct)).Refusal.ShouldNotBeNull().Message.ShouldContain("was removed");
    }

    [Fact]
    public async Task Collect_SlugThatWasNeverReleased_GoesWithAge()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (_, app) = await storage.AppAsync();
        var slug = storage.Slug(app.Id, "web");
        await storage.Get<RengaDatabase>().WriteAsync<int>(
            db =>
            {
                db.Slugs.Add(slug);
                return Task.FromResult<Result<int>>(0);
            },
            Ct);
        var retention = storage.Get<SlugRetention>();

        (await retention.CollectAsync(keep: 50, storage.Time.GetUtcNow().AddDays(-7), static _ => None, Ct)).ShouldBe(0);
        storage.Time.Advance(TimeSpan.FromDays(8));
        (await retention.CollectAsync(keep: 50, storage.Time.GetUtcNow().AddDays(-7), static _ => None, Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task Use_TellsOwnFromShared_AndCountsAnImageOnce()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, one) = await storage.AppAsync("first");
        var (_, two) = await storage.AppAsync("second");
        var own = storage.Slug(one.Id, "web");
        var shared = storage.Slug(one.Id, "web");
        var again = storage.Slug(one.Id, "web");
        again.Image = own.Image;
        var others = storage.Slug(two.Id, "web");
        others.Image = shared.Image;
        foreach (var slug in new[] { own, shared, again, others })
            await storage.Releases.DeployAsync(account, slug, null, Ct);

        (await storage.Get<SlugRetention>().ReadUseAsync(one.Id, Ct)).ShouldBe((1000, 1000));
        (await storage.Apps.DestroyAsync(one.Id, Ct)).Value.ShouldBe([own.Image!]);
    }
}
