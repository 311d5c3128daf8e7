using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Renga.Api.Conventions;

/// <summary>For clients that can only POST: <c>X-Http-Method-Override: PATCH</c>. A startup filter, because it must come before routing.</summary>
internal sealed class MethodOverride : IStartupFilter
{
    private const string Header = "X-Http-Method-Override";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Patch, HttpMethods.Put, HttpMethods.Delete];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (http, following) =>
        {
            if (HttpMethods.IsPost(http.Request.Method) && http.Request.Headers.TryGetValue(Header, out var wanted)
                && Methods.FirstOrDefault(m => m.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is { } method)
                http.Request.Method = method;
            return following(http);
        });
        next(app);
    };
}
