using Microsoft.EntityFrameworkCore;
using Renga.Model.Builds;
using Renga.Model.Releases;
using Renga.Storage.Secrets;

namespace Renga.Storage.Tests;

public sealed class StorageRecoveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithPendingBuilds_FailsThem()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        var build = (await storage.Builds.CreateAsync(StorageFixture.Request(app.Id, account), Ct)).Value;

        await storage.ReopenAsync();

        var found = (await storage.Builds.FindAsync(build.Id, Ct))!;
        found.Status.ShouldBe(BuildStatus.Failed);
        found.FailureReason.ShouldBe("the platform stopped during the build");
        (await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web"), build.Id, Ct)).Refusal.ShouldNotBeNull();
        await using var db = storage.Get<RengaDatabase>().Read();
        (await db.Slugs.CountAsync(Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task Deploy_OfABuild_FinishesIt()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        var build = (await storage.Builds.CreateAsync(StorageFixture.Request(app.Id, account), Ct)).Value;

        var release = (await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web"), build.Id, Ct)).Value;
        await storage.Builds.FailAsync(build.Id, "too late", Ct);

        var found = (await storage.Builds.FindAsync(build.Id, Ct))!;
        (found.Status, found.ReleaseId, found.FailureReason).ShouldBe((BuildStatus.Succeeded, release.Id, null));
    }

    [Fact]
    public async Task Start_WithAnotherDomain_MovesTheAppsHosts()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (_, app) = await storage.AppAsync();
        (await storage.Desired.ReadAsync(app.Id, Ct))!.Hosts.ShouldBe(["example.localhost"]);

        await storage.ReopenAsync("apps.test");

        (await storage.Desired.ReadAllAsync(Ct)).Single().Hosts.ShouldBe(["example.apps.test"]);
    }

    [Fact]
    public async Task Model_AndMigrations_Agree()
    {
        await using var storage = await StorageFixture.StartAsync();
        await using var db = storage.Get<RengaDatabase>().Read();
        db.Database.HasPendingModelChanges().ShouldBeFalse();
        (await db.Database.SqlQueryRaw<string>("PRAGMA journal_mode").ToListAsync(Ct)).ShouldBe(["wal"]);
        (await db.Database.SqlQueryRaw<int>("PRAGMA synchronous").ToListAsync(Ct)).ShouldBe([2]);
        (await db.Database.SqlQueryRaw<int>("PRAGMA foreign_keys").ToListAsync(Ct)).ShouldBe([1]);
    }

    [Fact]
    public async Task Files_WithSecrets_AreForTheirOwnerOnly()
    {
        await using var storage = await StorageFixture.StartAsync();
        storage.Get<SecretBox>();
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(storage.DatabasePath)!))
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, path);
    }

    [Fact]
    public async Task Destroy_OfAnApp_LeavesNothingOfIt()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        var slug = storage.Slug(app.Id, "web");
        var build = (await storage.Builds.CreateAsync(StorageFixture.Request(app.Id, account), Ct)).Value;
        await storage.Releases.DeployAsync(account, slug, build.Id, Ct);

        (await storage.Apps.DestroyAsync(app.Id, Ct)).Value.ToArray().ShouldBe([slug.Image!]);

        await using var db = storage.Get<RengaDatabase>().Read();
        (await db.Releases.CountAsync(Ct) + await db.Slugs.CountAsync(Ct) + await db.Domains.CountAsync(Ct) + await db.Builds.CountAsync(Ct) + await db.Formation.CountAsync(Ct)).ShouldBe(0);
        (await storage.Desired.ReadAsync(app.Id, Ct)).ShouldBeNull();
        (await db.Releases.AnyAsync(r => r.Status == ReleaseStatus.Pending, Ct)).ShouldBeFalse();
    }
}
