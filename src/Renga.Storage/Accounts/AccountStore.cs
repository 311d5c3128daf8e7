using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Accounts;
using Renga.Storage.Secrets;

namespace Renga.Storage.Accounts;

/// <summary>Accounts and their tokens.</summary>
public sealed class AccountStore(RengaDatabase database, Ids ids, TimeProvider time)
{
    /// <summary>At the first run makes an account with a random password and a token that does not expire. Null when any account is there already.</summary>
    public async Task<FirstAccount?> EnsureFirstAccountAsync(string email, CancellationToken ct)
    {
        var password = Tokens.NewPassword();
        var hash = Passwords.Hash(password);
        var made = await database.WriteAsync<FirstAccount?>(
            async db =>
            {
                if (await db.Accounts.AnyAsync(ct))
                    return Result<FirstAccount?>.Ok(null);
                var account = NewAccount(email, hash);
                db.Accounts.Add(account);
                return new FirstAccount(account, password, AddToken(db, account.Id, "First run", lifetime: null).Token);
            },
            ct);
        return made.Value;
    }

    /// <summary>A further account with a random password.</summary>
    public async Task<Result<FirstAccount>> CreateAsync(string email, CancellationToken ct)
    {
        var password = Tokens.NewPassword();
        var hash = Passwords.Hash(password);
        return await database.WriteAsync<FirstAccount>(
            async db =>
            {
                var account = NewAccount(email, hash);
                if (await db.Accounts.AnyAsync(a => a.Email == account.Email, ct))
                    return Refusal.Invalid($"E-mail \"{account.Email}\" is already taken.");
                db.Accounts.Add(account);
                return new FirstAccount(account, password, AddToken(db, account.Id, "Sign up", lifetime: null).Token);
            },
            ct);
    }

    /// <summary>The account of an e-mail address.</summary>
    public async Task<Account?> FindAsync(string email, CancellationToken ct)
    {
        var wanted = Normalize(email);
        await using var db = database.Read();
        return await db.Accounts.SingleOrDefaultAsync(a => a.Email == wanted, ct);
    }

    /// <summary>A new token. This answer is the only place where the token itself is ever seen.</summary>
    /// <param name="lifetime">Null for one that does not expire.</param>
    public async Task<IssuedToken> IssueTokenAsync(Guid accountId, string description, TimeSpan? lifetime, CancellationToken ct)
    {
        var issued = await database.WriteAsync(db => Task.FromResult(Result<IssuedToken>.Ok(AddToken(db, accountId, description, lifetime))), ct);
        return issued.Value;
    }

    /// <summary>The record of a token that was presented.</summary>
    public async Task<AccessToken?> FindTokenAsync(string token, CancellationToken ct)
    {
        var hash = Tokens.Hash(token);
        await using var db = database.Read();
        return await db.Tokens.SingleOrDefaultAsync(t => t.Hash == hash, ct);
    }

    /// <summary>Ends a token; the account must own it.</summary>
    public async Task<Result<AccessToken>> RevokeTokenAsync(Guid accountId, Guid tokenId, CancellationToken ct) =>
        await database.WriteAsync<AccessToken>(
            async db =>
            {
                if (await db.Tokens.SingleOrDefaultAsync(t => t.Id == tokenId && t.AccountId == accountId, ct) is not { } token)
                    return Refusal.NotFound("authorization");
                db.Tokens.Remove(token);
                return token;
            },
            ct);

    internal static string Normalize(string email) => email.Trim().ToLowerInvariant();

    private Account NewAccount(string email, string passwordHash) => new()
    {
        Id = ids.New(),
        Email = Normalize(email),
        PasswordHash = passwordHash,
        CreatedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
    };

    private IssuedToken AddToken(RengaDb db, Guid accountId, string description, TimeSpan? lifetime)
    {
        var now = time.GetUtcNow();
        var token = Tokens.NewToken();
        var record = new AccessToken { Id = ids.New(), AccountId = accountId, Hash = Tokens.Hash(token), Description = description, CreatedAt = now, ExpiresAt = now + lifetime };
        db.Tokens.Add(record);
        return new IssuedToken(record, token);
    }
}
