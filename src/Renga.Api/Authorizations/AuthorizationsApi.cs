using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Accounts;
using Renga.Protocol.Api;
using Renga.Storage;
using Renga.Storage.Accounts;

namespace Renga.Api.Authorizations;

/// <summary>Tokens. The only place where e-mail and password are taken: <c>heroku login -i</c> trades them for a token here.</summary>
internal static class AuthorizationsApi
{
    private const string DefaultDescription = "Long-lived user authorization";
    private const int MaxDescription = 200;
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(3650);

    private static readonly RangedList<AccessToken> Ranges = new(RangeKey<AccessToken>.Id(static t => t.Id));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/oauth/authorizations", CreateAsync).TakesPassword();
        api.MapGet("/oauth/authorizations", ListAsync);
        api.MapGet("/oauth/authorizations/{authorization}", GetAsync);
        api.MapDelete("/oauth/authorizations/{authorization}", DeleteAsync);
        api.MapGet("/oauth/sessions", static () => ApiAnswer.Ok<EmptyResponse[]>([]));
        api.MapDelete("/oauth/sessions/{session}", static (string session) => (ApiAnswer)Refusal.NotFound("session"));
    }

    private static async Task<ApiAnswer> CreateAsync(Body<CreateAuthorizationRequest> body, Caller caller, AccountStore accounts, TimeProvider time, CancellationToken ct)
    {
        var request = body.Value;
        if (request.Scope is { Count: > 0 } scope && scope.Any(static s => s != "global"))
            return Refusal.Invalid("The only scope is \"global\".");
        if (request.Description is { Length: > MaxDescription })
            return Refusal.Invalid($"Description is too long (maximum is {MaxDescription} characters).");
        if (request.ExpiresIn is { } seconds && (seconds < 1 || seconds > MaxLifetime.TotalSeconds))
            return Refusal.Invalid($"Expires in must be from 1 to {(long)MaxLifetime.TotalSeconds} seconds, or null for never.");
        var issued = await accounts.IssueTokenAsync(
            caller.Account.Id, request.Description ?? DefaultDescription, request.ExpiresIn is { } life ? TimeSpan.FromSeconds(life) : null, ct);
        return ApiAnswer.Created(new AuthorizationShape(caller, ownId: null, time).Of(issued.Record, issued.Token));
    }

    private static async Task<ApiAnswer> ListAsync(HttpRequest request, Caller caller, AccountStore accounts, RengaDatabase database, TimeProvider time, CancellationToken ct)
    {
        var shape = await AuthorizationShape.ForAsync(caller, accounts, time, ct);
        await using var db = database.Read();
        return await Ranges.AnswerAsync(request, db.Tokens.Where(t => t.AccountId == caller.Account.Id), shape.Of, ct);
    }

    private static async Task<ApiAnswer> GetAsync(string authorization, Caller caller, AccountStore accounts, RengaDatabase database, TimeProvider time, CancellationToken ct) =>
        await FindAsync(authorization, caller, database, ct) is { } found
            ? ApiAnswer.Ok((await AuthorizationShape.ForAsync(caller, accounts, time, ct)).Of(found))
            : Refusal.NotFound("authorization");

    private static async Task<ApiAnswer> DeleteAsync(string authorization, Caller caller, AccountStore accounts, RengaDatabase database, TimeProvider time, CancellationToken ct)
    {
        if (await FindAsync(authorization, caller, database, ct) is not { } found)
            return Refusal.NotFound("authorization");
        var shape = await AuthorizationShape.ForAsync(caller, accounts, time, ct);
        return (await accounts.RevokeTokenAsync(caller.Account.Id, found.Id, ct)).TryGet(out var revoked, out var refusal) ? ApiAnswer.Ok(shape.Of(revoked)) : refusal;
    }

    /// <summary><c>~</c> is the account's API key, its first token: the one that other programs may depend on, so that a logout leaves it alone.</summary>
    private static async Task<AccessToken?> FindAsync(string authorization, Caller caller, RengaDatabase database, CancellationToken ct)
    {
        await using var db = database.Read();
        var tokens = db.Tokens.Where(t => t.AccountId == caller.Account.Id);
        if (authorization == "~")
            return await tokens.OrderBy(static t => t.CreatedAt).ThenBy(static t => t.Id).FirstOrDefaultAsync(ct);
        return Guid.TryParse(authorization, out var id) ? await tokens.SingleOrDefaultAsync(t => t.Id == id, ct) : null;
    }
}
