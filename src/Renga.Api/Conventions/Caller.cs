using Microsoft.AspNetCore.Http;
using Renga.Model.Accounts;
using Renga.Model.Apps;

namespace Renga.Api.Conventions;

/// <summary>Who asks. An operation takes it as a parameter.</summary>
/// <param name="Token">What was presented; null when it was a password.</param>
internal sealed record Caller(Account Account, string? Token)
{
    public static ValueTask<Caller?> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.Get<Caller>());
}

/// <summary>The app of the path, which the caller may do to what the route says. An operation takes it as a parameter.</summary>
internal sealed record AppScope(App App, Account Caller)
{
    public static ValueTask<AppScope?> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.Get<AppScope>());
}
