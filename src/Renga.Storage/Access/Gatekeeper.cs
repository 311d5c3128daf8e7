using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Accounts;
using Renga.Model.Apps;
using Renga.Storage.Accounts;
using Renga.Storage.Secrets;

namespace Renga.Storage.Access;

/// <summary>Tokens, passwords and keys from the database; the owner of an app may do everything to it, nobody else anything.</summary>
internal sealed class Gatekeeper(RengaDatabase database, Passwords passwords, TimeProvider time) : IGatekeeper
{
    public async Task<Result<Account>> AuthenticateAsync(string token, CancellationToken ct)
    {
        var hash = Tokens.Hash(token);
        var now = time.GetUtcNow();
        await using var db = database.Read();
        var account = await (from t in db.Tokens
                             join a in db.Accounts on t.AccountId equals a.Id
                             where t.Hash == hash && (t.ExpiresAt == null || t.ExpiresAt > now)
                             select a).SingleOrDefaultAsync(ct);
        return account is null ? Refusal.Unauthorized : account;
    }

    public async Task<Result<Account>> AuthenticateAsync(string email, string password, CancellationToken ct)
    {
        var wanted = AccountStore.Normalize(email);
        await using var db = database.Read();
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Email == wanted, ct);
        return passwords.Verify(account, password) ? account! : Refusal.Unauthorized;
    }

    public async Task<Result<Account>> AuthenticateKeyAsync(string fingerprint, CancellationToken ct)
    {
        await using var db = database.Read();
        var account = await (from k in db.SshKeys
                             join a in db.Accounts on k.AccountId equals a.Id
                             where k.Fingerprint == fingerprint
                             select a).SingleOrDefaultAsync(ct);
        return account is null ? Refusal.Unauthorized : account;
    }

    public async Task<Result<App>> FindAppAsync(Account account, string appIdOrName, AppAction action, CancellationToken ct)
    {
        await using var db = database.Read();
        var app = Guid.TryParse(appIdOrName, out var id)
            ? await db.Apps.SingleOrDefaultAsync(a => a.Id == id, ct)
            : await db.Apps.SingleOrDefaultAsync(a => a.Name == appIdOrName, ct);
        return app is null || app.OwnerId != account.Id ? Refusal.NotFound("app") : app;
    }
}
