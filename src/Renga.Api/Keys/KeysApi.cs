using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Accounts;
using Renga.Model.Keys;
using Renga.Protocol.Api;
using Renga.Storage.Keys;

namespace Renga.Api.Keys;

/// <summary>The SSH keys of the caller's own account, for git over SSH.</summary>
internal static class KeysApi
{
    private static readonly RangedList<SshKey> Ranges = new(RangeKey<SshKey>.Id(static k => k.Id));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/account/keys", ListAsync);
        api.MapPost("/account/keys", CreateAsync);
        api.MapGet("/account/keys/{key}", GetAsync);
        api.MapDelete("/account/keys/{key}", DeleteAsync);
    }

    private static async Task<ApiAnswer> ListAsync(HttpRequest request, Caller caller, SshKeyStore keys, CancellationToken ct) =>
        await Ranges.AnswerAsync(request, await keys.ListAsync(caller.Account.Id, ct), k => Shape(caller.Account, k), ct);

    private static async Task<ApiAnswer> CreateAsync(Body<CreateKeyRequest> body, Caller caller, ISshKeyReader reader, SshKeyStore keys, CancellationToken ct)
    {
        if (!(await reader.ReadAsync(body.Value.PublicKey ?? "", ct)).TryGet(out var key, out var refusal))
            return refusal;

        // The official client shows and removes keys by what stands behind them.
        var comment = key.Comment.Length > 0 ? key.Comment : caller.Account.Email;
        return (await keys.AddAsync(caller.Account.Id, key, comment, ct)).TryGet(out var made, out refusal) ? ApiAnswer.Created(Shape(caller.Account, made)) : refusal;
    }

    private static async Task<ApiAnswer> GetAsync(string key, Caller caller, SshKeyStore keys, CancellationToken ct) =>
        await FindAsync(key, caller, keys, ct) is { } found ? ApiAnswer.Ok(Shape(caller.Account, found)) : Refusal.NotFound("key");

    private static async Task<ApiAnswer> DeleteAsync(string key, Caller caller, SshKeyStore keys, CancellationToken ct)
    {
        if (await FindAsync(key, caller, keys, ct) is not { } found)
            return Refusal.NotFound("key");
        return (await keys.RemoveAsync(caller.Account.Id, found.Id, ct)).TryGet(out var removed, out var refusal) ? ApiAnswer.Ok(Shape(caller.Account, removed)) : refusal;
    }

    /// <summary>By id, or by fingerprint as Heroku or as OpenSSH writes it.</summary>
    private static async Task<SshKey?> FindAsync(string idOrFingerprint, Caller caller, SshKeyStore keys, CancellationToken ct)
    {
        var own = await keys.ListAsync(caller.Account.Id, ct);
        return Guid.TryParse(idOrFingerprint, out var id)
            ? own.FirstOrDefault(k => k.Id == id)
            : own.FirstOrDefault(k => k.Fingerprint == idOrFingerprint || string.Equals(Md5(k), idOrFingerprint, StringComparison.OrdinalIgnoreCase));
    }

    private static KeyResponse Shape(Account account, SshKey key) => new()
    {
        Comment = key.Comment,
        CreatedAt = key.CreatedAt,
        Email = account.Email,
        Fingerprint = Md5(key),
        Id = key.Id,
        PublicKey = key.PublicKey,
        UpdatedAt = key.UpdatedAt,
    };

    [SuppressMessage("Security", "CA5351", Justification = "A name that Heroku's clients know, not a protection: keys are told apart by SHA-256.")]
    private static string Md5(SshKey key) =>
        string.Join(':', MD5.HashData(Convert.FromBase64String(key.PublicKey.Split(' ')[1])).Select(static b => $"{b:x2}"));
}
