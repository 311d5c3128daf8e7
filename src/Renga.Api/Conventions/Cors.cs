using Microsoft.AspNetCore.Http;

namespace Renga.Api.Conventions;

/// <summary>Scripts of any origin may call the API with a token of their own.</summary>
internal static class Cors
{
    private const string Exposed = "Accept-Ranges, Content-Range, ETag, Next-Range, RateLimit-Remaining, Request-Id, Warning-Message, X-Heroku-Warning";
    private const string Allowed = "Accept, Authorization, Content-Type, If-None-Match, Range, Request-Id, X-Http-Method-Override, Heroku-Two-Factor-Code";

    public static void Apply(HttpContext http)
    {
        if (!http.Request.Headers.ContainsKey("Origin"))
            return;
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlExposeHeaders = Exposed;
    }

    public static void Preflight(HttpContext http)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlAllowMethods = "GET, POST, PATCH, PUT, DELETE";
        http.Response.Headers.AccessControlAllowHeaders = Allowed;
        http.Response.Headers.AccessControlMaxAge = "86400";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
