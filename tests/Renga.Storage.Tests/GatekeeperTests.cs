using System.Security.Cryptography;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Keys;
using Renga.Storage.Keys;
using Renga.Storage.Secrets;

namespace Renga.Storage.Tests;

public sealed class GatekeeperTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstAccount_IsMadeOnce()
    {
        await using var storage = await StorageFixture.StartAsync();

        var first = await storage.Accounts.EnsureFirstAccountAsync("Me@Example.com", Ct);

        first!.Token.ShouldStartWith("HRKU-");
        (await storage.Gatekeeper.AuthenticateAsync(first.Token, Ct)).Value.Email.ShouldBe("me@example.com");
        (await storage.Gatekeeper.AuthenticateAsync("ME@example.com", first.Password, Ct)).Value.Id.ShouldBe(first.Account.Id);
        (await storage.Accounts.EnsureFirstAccountAsync("other@example.com", Ct)).ShouldBeNull();
        (await storage.Accounts.FindAsync("other@example.com", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Key_LetsItsAccountIn_UntilItIsRemoved()
    {
        await using var storage = await StorageFixture.StartAsync();
        var first = (await storage.Accounts.EnsureFirstAccountAsync("me@example.com", Ct))!;
        var other = (await storage.Accounts.CreateAsync("other@example.com", Ct)).Value;
        var keys = storage.Get<SshKeyStore>();
        var key = new SshPublicKey("SHA256:abc", "ssh-ed25519", "QUJD", "me@laptop");

        var made = (await keys.AddAsync(first.Account.Id, key, "me@laptop", Ct)).Value;
        (await keys.AddAsync(other.Account.Id, key, "other", Ct)).Refusal.ShouldNotBeNull().Message.ShouldContain("already taken");

        made.PublicKey.ShouldBe("ssh-ed25519 QUJD me@laptop");
        (await storage.Gatekeeper.AuthenticateKeyAsync("SHA256:abc", Ct)).Value.Id.ShouldBe(first.Account.Id);
        (await storage.Gatekeeper.AuthenticateKeyAsync("SHA256:ABC", Ct)).Refusal.ShouldNotBeNull();
        (await keys.RemoveAsync(other.Account.Id, made.Id, Ct)).Refusal.ShouldNotBeNull();
        (await keys.RemoveAsync(first.Account.Id, made.Id, Ct)).Refusal.ShouldBeNull();
        (await storage.Gatekeeper.AuthenticateKeyAsync("SHA256:abc", Ct)).Refusal.ShouldBe(Refusal.Unauthorized);
    }

    [Fact]
    public async Task Authenticate_WithAnythingWrong_IsRefused()
    {
        await using var storage = await StorageFixture.StartAsync();
        var first = (await storage.Accounts.EnsureFirstAccountAsync("me@example.com", Ct))!;
        var issued = await storage.Accounts.IssueTokenAsync(first.Account.Id, "short", TimeSpan.FromMinutes(1), Ct);

        (await storage.Gatekeeper.AuthenticateAsync(first.Token + "x", Ct)).Refusal.ShouldBe(Refusal.Unauthorized);
        (await storage.Gatekeeper.AuthenticateAsync(issued.Record.Hash, Ct)).Refusal.ShouldBe(Refusal.Unauthorized);
        (await storage.Gatekeeper.AuthenticateAsync("me@example.com", "wrong", Ct)).Refusal.ShouldBe(Refusal.Unauthorized);
        (await storage.Gatekeeper.AuthenticateAsync("nobody@example.com", first.Password, Ct)).Refusal.ShouldBe(Refusal.Unauthorized);

        storage.Time.Advance(TimeSpan.FromSeconds(61));
        (await storage.Gatekeeper.AuthenticateAsync(issued.Token, Ct)).Refusal.ShouldBe(Refusal.Unauthorized);
        await storage.Accounts.RevokeTokenAsync(first.Account.Id, (await storage.Accounts.FindTokenAsync(first.Token, Ct))!.Id, Ct);
        (await storage.Gatekeeper.AuthenticateAsync(first.Token, Ct)).Refusal.ShouldBe(Refusal.Unauthorized);
    }

    [Fact]
    public async Task FindApp_OfAnotherAccount_IsNotFound()
    {
        await using var storage = await StorageFixture.StartAsync();
        var (_, app) = await storage.AppAsync();
        var owner = (await storage.Accounts.FindAsync("example@example.com", Ct))!;
        var other = (await storage.Accounts.CreateAsync("other@example.com", Ct)).Value.Account;

        (await storage.Gatekeeper.FindAppAsync(owner, "example", AppAction.Manage, Ct)).Value.Id.ShouldBe(app.Id);
        (await storage.Gatekeeper.FindAppAsync(owner, app.Id.ToString(), AppAction.View, Ct)).Value.Id.ShouldBe(app.Id);
        foreach (var action in Enum.GetValues<AppAction>())
            (await storage.Gatekeeper.FindAppAsync(other, "example", action, Ct)).Refusal.ShouldBe(Refusal.NotFound("app"));
        (await storage.Apps.CreateAsync(other.Id, "example", "host", Ct)).Refusal!.Message.ShouldBe("Name \"example\" is already taken.");
    }

    [Fact]
    public void SecretBox_ChangedOrMoved_DoesNotOpen()
    {
        using var folder = new Testing.TemporaryFolder();
        using var box = SecretBox.Open(folder["key"]);
        var owner = Guid.CreateVersion7();
        var sealedBytes = box.Seal("secret"u8, owner);

        using (var again = SecretBox.Open(folder["key"]))
            again.Unseal(sealedBytes, owner).ShouldBe("secret"u8.ToArray());
        Should.Throw<CryptographicException>(() => box.Unseal(sealedBytes, Guid.CreateVersion7()));
        sealedBytes[^1] ^= 1;
        Should.Throw<CryptographicException>(() => box.Unseal(sealedBytes, owner));
    }
}
