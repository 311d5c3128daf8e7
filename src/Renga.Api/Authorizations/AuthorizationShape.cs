using Renga.Api.Conventions;
using Renga.Model.Accounts;
using Renga.Protocol.Api;
using Renga.Storage.Accounts;

namespace Renga.Api.Authorizations;

/// <summary>
/// Tokens on the wire. Only hashes are kept, so a token is written out once, when it is made. Later the official client wants to find the one it uses,
/// to end it at logout, and compares what is before and after the asterisks: only the caller's own may match.
/// </summary>
internal sealed class AuthorizationShape(Caller caller, Guid? ownId, TimeProvider time)
{
    private const string Asterisks = "**********";
    private const int ShownAtStart = 9;
    private const int ShownAtEnd = 4;

    /// <summary>Behind the asterisks of any other token: no token ends like this.</summary>
    private const string Hidden = "HRKU-" + Asterisks + "(hidden)";

    public static async Task<AuthorizationShape> ForAsync(Caller caller, AccountStore accounts, TimeProvider time, CancellationToken ct)
    {
        var own = caller.Token is { } token ? await accounts.FindTokenAsync(token, ct) : null;
        return new AuthorizationShape(caller, own?.Id, time);
    }

    public AuthorizationResponse Of(AccessToken record) =>
        Of(record, record.Id == ownId ? $"{caller.Token![..ShownAtStart]}{Asterisks}{caller.Token[^ShownAtEnd..]}" : Hidden);

    public AuthorizationResponse Of(AccessToken record, string token) => new()
    {
        Id = record.Id,
        AccessToken = new AccessTokenResponse(record.Id, record.ExpiresAt is { } end ? (long)Math.Max(0, (end - time.GetUtcNow()).TotalSeconds) : null, token),
        Description = record.Description,
        User = new AuthorizationUser(caller.Account.Id, caller.Account.Email, caller.Account.Name),
        CreatedAt = record.CreatedAt,
        UpdatedAt = record.CreatedAt,
    };
}
