using Microsoft.EntityFrameworkCore;
using Renga.Model;

namespace Renga.Storage.Tests;

public sealed class ReleaseStoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Releases_OfAnApp_TellItsStoryInHerokusWords()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();

        await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web", "worker"), null, Ct);
        await storage.Releases.ChangeConfigAsync(app.Id, account, new Dictionary<string, string?> { ["A"] = "1", ["B"] = "2" }, Ct);
        await storage.Releases.ChangeConfigAsync(app.Id, account, new Dictionary<string, string?> { ["A"] = null }, Ct);
        await storage.Releases.ChangeConfigAsync(app.Id, account, new Dictionary<string, string?> { ["B"] = null, ["C"] = "3" }, Ct);
        await storage.Releases.RollBackAsync(app.Id, account, "v3", Ct);

        await using var db = storage.Get<RengaDatabase>().Read();
        var told = await db.Releases.OrderBy(r => r.Version).Select(r => r.Description).ToListAsync(Ct);
        told.ShouldBe(["Initial release", "Deploy 193d1419", "Set A, B config vars", "Remove A config vars", "Set C and remove B config vars", "Rollback to v3"]);
        (await storage.Releases.ReadConfigAsync(app.Id, Ct)).ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }, ignoreOrder: true);
        (await storage.Releases.ReadConfigAsync(app.Id, "5", Ct)).Value.Keys.ShouldBe(["C"]);
    }

    [Fact]
    public async Task ChangeConfig_TwentyAtOnce_NumbersWithoutGaps()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();

        var versions = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(
            async () => (await storage.Releases.ChangeConfigAsync(app.Id, account, new Dictionary<string, string?> { [$"K{n}"] = "x" }, Ct)).Value.Release!.Version, Ct)));

        versions.Order().ShouldBe(Enumerable.Range(2, 20));
        (await storage.Releases.ReadConfigAsync(app.Id, Ct)).Count.ShouldBe(20);
    }

    [Fact]
    public async Task ChangeConfig_NothingDiffers_MakesNoRelease()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        await storage.Releases.ChangeConfigAsync(app.Id, account, new Dictionary<string, string?> { ["A"] = "1" }, Ct);

        var again = await storage.Releases.ChangeConfigAsync(app.Id, account, new Dictionary<string, string?> { ["A"] = "1", ["Z"] = null }, Ct);

        again.Value.Release.ShouldBeNull();
    }

    [Fact]
    public async Task Acknowledged_AfterReopeningTheFile_IsThere()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        const string Value = "line 1\nline \"2\" $HOME ' ü";
        await storage.Releases.ChangeConfigAsync(app.Id, account, new Dictionary<string, string?> { ["SECRET"] = Value }, Ct);

        await storage.ReopenAsync();

        (await storage.Releases.ReadConfigAsync(app.Id, Ct))["SECRET"].ShouldBe(Value);
        var bytes = await File.ReadAllBytesAsync(storage.DatabasePath, Ct);
        System.Text.Encoding.UTF8.GetString(bytes).ShouldNotContain("$HOME");
    }

    [Fact]
    public async Task RollBack_ToARelease_WithoutCode_IsRefused()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();
        await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web"), null, Ct);

        var refused = await storage.Releases.RollBackAsync(app.Id, account, "v1", Ct);

        refused.Refusal!.Message.ShouldBe("Cannot roll back to v1: it has no code.");
        (await storage.Releases.RollBackAsync(app.Id, account, "v99", Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
    }

    [Fact]
    public async Task Formation_ThroughDeploys_KeepsWhatWasChosen()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (account, app) = await storage.AppAsync();

        await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web", "worker"), null, Ct);
        (await storage.Formation.ListAsync(app.Id, Ct)).Select(r => $"{r.Entry.Type}={r.Entry.Quantity}:{r.Entry.Size}").ShouldBe(["web=1:Basic", "worker=0:Basic"]);

        await storage.Formation.UpdateAsync(app.Id, [new("worker", new(2, Relative: true), null)], Ct);
        await storage.Releases.DeployAsync(account, storage.Slug(app.Id, "web"), null, Ct);
        (await storage.Formation.ListAsync(app.Id, Ct)).Length.ShouldBe(1);
        (await storage.Desired.ReadAsync(app.Id, Ct))!.Formation.ShouldHaveSingleItem().ShouldBe(new("web", "run-web", 1, "Basic"));

        await storage.Releases.RollBackAsync(app.Id, account, "2", Ct);
        (await storage.Desired.ReadAsync(app.Id, Ct))!.Formation.Select(p => (p.Type, p.Quantity)).ShouldBe([("web", 1), ("worker", 2)]);
    }
}
