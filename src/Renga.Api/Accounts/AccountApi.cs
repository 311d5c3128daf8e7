using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Accounts;
using Renga.Protocol.Api;

namespace Renga.Api.Accounts;

internal static class AccountApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/account", static (Caller caller) => ApiAnswer.Ok(Shape(caller.Account)));
        api.MapGet("/account/rate-limits", static (Caller caller, RateLimiter rates) => ApiAnswer.Ok(new RateLimitResponse(rates.Remaining(caller.Account.Id)))).Uncounted();
        api.MapGet("/users/{user}", static (string user, Caller caller) => IsSelf(user, caller.Account) ? ApiAnswer.Ok(Shape(caller.Account)) : Refusal.NotFound("user"));
    }

    /// <summary><c>~</c>, the caller's id or the caller's e-mail. Nobody sees anyone else.</summary>
    public static bool IsSelf(string user, Account account) =>
        user == "~" || string.Equals(user, account.Email, StringComparison.OrdinalIgnoreCase) || (Guid.TryParse(user, out var id) && id == account.Id);

    private static AccountResponse Shape(Account account) => new()
    {
        Id = account.Id,
        Email = account.Email,
        Name = account.Name,
        LastLogin = account.LastLogin,
        CreatedAt = account.CreatedAt,
        UpdatedAt = account.UpdatedAt,
    };
}
