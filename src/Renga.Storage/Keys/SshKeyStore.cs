using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Renga.Model;
using Renga.Model.Keys;

namespace Renga.Storage.Keys;

/// <summary>The SSH keys of accounts.</summary>
public sealed class SshKeyStore(RengaDatabase database, Ids ids, TimeProvider time)
{
    /// <summary>Keys of one account.</summary>
    public const int MaxKeys = 100;

    public async Task<ImmutableArray<SshKey>> ListAsync(Guid accountId, CancellationToken ct)
    {
        await using var db = database.Read();
        return [.. await db.SshKeys.Where(k => k.AccountId == accountId).OrderBy(static k => k.Id).ToListAsync(ct)];
    }

    /// <summary>Gives the account a key that nobody has.</summary>
    /// <param name="comment">Stands behind the key, and is how <c>keys:remove</c> finds it.</param>
    public async Task<Result<SshKey>> AddAsync(Guid accountId, SshPublicKey key, string comment, CancellationToken ct) =>
        await database.WriteAsync<SshKey>(
            async db =>
            {
                if (await db.SshKeys.AnyAsync(k => k.Fingerprint == key.Fingerprint, ct))
                    return Refusal.Invalid("Fingerprint is already taken. One key belongs to one account, once: give another key.");
                if (await db.SshKeys.CountAsync(k => k.AccountId == accountId, ct) >= MaxKeys)
                    return Refusal.Invalid($"An account has at most {MaxKeys} keys. Remove one first: heroku keys.");
                var now = time.GetUtcNow();
                var made = new SshKey
                {
                    Id = ids.New(),
                    AccountId = accountId,
                    Fingerprint = key.Fingerprint,
                    PublicKey = $"{key.Type} {key.Base64} {comment}",
                    Comment = comment,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                db.SshKeys.Add(made);
                return made;
            },
            ct);

    /// <summary>Takes a key away; the account must have it.</summary>
    public async Task<Result<SshKey>> RemoveAsync(Guid accountId, Guid keyId, CancellationToken ct) =>
        await database.WriteAsync<SshKey>(
            async db =>
            {
                if (await db.SshKeys.SingleOrDefaultAsync(k => k.Id == keyId && k.AccountId == accountId, ct) is not { } key)
                    return Refusal.NotFound("key");
                db.SshKeys.Remove(key);
                return key;
            },
            ct);
}
