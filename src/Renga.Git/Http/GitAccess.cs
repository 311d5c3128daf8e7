using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Renga.Git.Repositories;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Accounts;
using Renga.Model.Apps;

namespace Renga.Git.Http;

/// <summary>Who asks, for which app, and where its repository is. Every endpoint and every SSH session begins here.</summary>
internal sealed class GitAccess(IGatekeeper gatekeeper, GitRepositories repositories)
{
    /// <summary>What was granted; null when the response has been written instead.</summary>
    public async Task<GitGrant?> AdmitAsync(HttpContext context, string appName)
    {
        var ct = context.RequestAborted;
        if (Token(context.Request) is not { } token)
            return await RefuseAsync(context, Refusal.Unauthorized);
        var account = await gatekeeper.AuthenticateAsync(token, ct);
        if (!account.TryGet(out var who, out var refusal))
            return await RefuseAsync(context, refusal);
        var granted = await GrantAsync(who, appName, ct);
        return granted.TryGet(out var grant, out refusal) ? grant : await RefuseAsync(context, refusal);
    }

    /// <summary>What the account may do with the app's repository, whichever way it came in.</summary>
    public async Task<Result<GitGrant>> GrantAsync(Account account, string appName, CancellationToken ct)
    {
        var app = await gatekeeper.FindAppAsync(account, appName, AppAction.Deploy, ct);
        if (!app.TryGet(out var found, out var refusal))
            return refusal.Kind == RefusalKind.NotFound ? refusal with { Message = $"No such app as {appName}." } : refusal;
        return new GitGrant(account, found, await repositories.EnsureAsync(found.Id, ct));
    }

    /// <summary>The password of Basic credentials; the user name does not matter.</summary>
    internal static string? Token(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Parameter is null)
            return null;
        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return header.Parameter;
        if (!header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, bytes, out var length))
            return null;
        var credentials = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon == credentials.Length - 1 ? null : credentials[(colon + 1)..];
    }

    // git prints a plain text body to the user, each line after "remote: ".
    private static async Task<GitGrant?> RefuseAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Kind switch
        {
            RefusalKind.Unauthorized => StatusCodes.Status401Unauthorized,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            RefusalKind.Invalid or RefusalKind.Conflict => StatusCodes.Status400BadRequest,
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Kind, "not a kind of refusal"),
        };
        if (refusal.Kind == RefusalKind.Unauthorized)
            response.Headers.WWWAuthenticate = "Basic realm=\"Renga\"";
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync($"!\t{refusal.Message}\n", context.RequestAborted);
        return null;
    }
}

/// <summary>An account that may read and push an app's repository.</summary>
internal sealed record GitGrant(Account Account, App App, string Repository);
