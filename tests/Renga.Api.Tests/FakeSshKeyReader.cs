using System.Security.Cryptography;
using Renga.Model;
using Renga.Model.Keys;

namespace Renga.Api.Tests;

/// <summary>Takes any "type base64 comment".</summary>
internal sealed class FakeSshKeyReader : ISshKeyReader
{
    public Task<Result<SshPublicKey>> ReadAsync(string text, CancellationToken ct) => Task.FromResult<Result<SshPublicKey>>(
        text.Trim().Split(' ', 3) is [var type, var base64, .. var rest]
            ? new SshPublicKey($"SHA256:{Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(base64))).TrimEnd('=')}", type, base64, rest is [var comment] ? comment : "")
            : Refusal.Invalid("This is not a public key."));
}
