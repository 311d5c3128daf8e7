using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Renga.Model;
using Renga.Model.Access;

namespace Renga.Api.Conventions;

/// <summary>
/// What holds for every route, in order: request id, CORS, version, credentials, rate limit, access to the app. Then the operation runs, and what it throws becomes an answer.
/// A route that names an app and does not say what it does to it is refused at start.
/// </summary>
internal sealed class ApiConventions(IGatekeeper gatekeeper, RateLimiter rates, ILogger<ApiConventions> logger)
{
    private const string AppParameter = "app";

    /// <summary>Puts the conventions around a route.</summary>
    public void Wrap(EndpointBuilder endpoint)
    {
        var rule = endpoint.Metadata.OfType<ApiRule>().LastOrDefault() ?? ApiRule.Default;
        if (endpoint is RouteEndpointBuilder route && route.RoutePattern.GetParameter(AppParameter) is not null && rule.Action is null)
            throw new InvalidOperationException($"{route.RoutePattern.RawText} names an app without saying what it needs.");
        var operation = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = http => InvokeAsync(http, rule, operation);
    }

    private async Task InvokeAsync(HttpContext http, ApiRule rule, RequestDelegate operation)
    {
        var requestId = RequestIds.Apply(http);
        try
        {
            if (await AdmitAsync(http, rule) is { } refused)
                await refused.ExecuteAsync(http);
            else
                await operation(http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await ApiErrors.Unreadable(e).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            logger.RequestFailed(e, http.Request.Method, http.Request.Path, requestId);
            await ApiErrors.Internal.ExecuteAsync(http);
        }
    }

    /// <summary>Null when the request may go on.</summary>
    private async Task<ApiAnswer?> AdmitAsync(HttpContext http, ApiRule rule)
    {
        // 1. Browsers of any origin may call: authority comes from the token, never from a cookie.
        Cors.Apply(http);
        if (rule.IsOpen)
            return null;

        // 2. Version 3 of the API.
        if (!AcceptHeader.IsVersion3(http.Request))
            return ApiErrors.NotAcceptable;

        // 3. Who is it?
        var credentials = Credentials.Read(http.Request);
        if (!(await AuthenticateAsync(credentials, rule, http.RequestAborted)).TryGet(out var caller, out var refusal))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"renga\"";
            return refusal;
        }

        http.Features.Set(caller);

        // 4. Not too often.
        var remaining = rule.IsUncounted ? rates.Remaining(caller.Account.Id) : rates.Take(caller.Account.Id);
        http.Response.Headers["RateLimit-Remaining"] = RateLimiter.Shown(remaining);
        if (remaining < 0)
            return ApiErrors.RateLimit;

        // 5. May it do this to that app?
        if (rule.Action is not { } action)
            return null;
        var found = await gatekeeper.FindAppAsync(caller.Account, (string)http.GetRouteValue(AppParameter)!, action, http.RequestAborted);
        if (!found.TryGet(out var app, out refusal))
            return refusal;
        http.Features.Set(new AppScope(app, caller.Account));
        return null;
    }

    private async Task<Result<Caller>> AuthenticateAsync(Credentials? credentials, ApiRule rule, CancellationToken ct)
    {
        if (credentials is null)
            return Refusal.Unauthorized;
        if (rule.TakesPassword && credentials.User is { Length: > 0 } email
            && (await gatekeeper.AuthenticateAsync(email, credentials.Secret, ct)).TryGet(out var signedIn, out _))
            return new Caller(signedIn, Token: null);
        return (await gatekeeper.AuthenticateAsync(credentials.Secret, ct)).TryGet(out var account, out var refusal) ? new Caller(account, credentials.Secret) : refusal;
    }
}
