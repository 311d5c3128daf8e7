using Renga.Router.Pipeline;

namespace Renga.Router.Failures;

/// <summary>Tells the client what went wrong, if it can still be told.</summary>
internal static class FailureResponse
{
    public static Task WriteAsync(Exchange exchange, RouterError error)
    {
        // Part of a response is with the client: only a broken connection says that the rest is missing. And one that left hears nothing.
        if (exchange.Response.HasStarted || error.Page == ErrorPage.None)
        {
            exchange.AbortClient();
            return Task.CompletedTask;
        }

        var route = exchange.App!.Route;
        var page = error.Page switch
        {
            ErrorPage.Application => ErrorPages.Framed("Application error", route.ErrorPageUrl),
            ErrorPage.Maintenance => ErrorPages.Framed("Offline for maintenance", route.MaintenancePageUrl),
            _ => null,
        };
        return WriteAsync(exchange, error.Status, error.Code, error.Description, page ?? ErrorPages.For(error.Page));
    }

    public static Task WriteNoSuchAppAsync(Exchange exchange) => WriteAsync(exchange, 404, "not_found", "There is no app at this address.", ErrorPages.NoSuchApp);

    private static async Task WriteAsync(Exchange exchange, int status, string id, string message, byte[] page)
    {
        var json = AcceptHeader.PrefersJson(exchange.Request.Headers.Accept.ToString());
        var body = json ? ErrorPages.Json(id, message, exchange.RequestId is { Length: > 0 } requestId ? requestId : null) : page;
        var response = exchange.Response;
        response.Headers.Clear();
        response.ReasonPhrase = null;
        response.StatusCode = status;
        response.Headers.ContentType = json ? "application/json; charset=utf-8" : "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers.ContentLength = body.Length;
        response.Headers.Server = "Renga";
        response.Headers.Via = "1.1 renga";
        if (exchange.Request.Method != "HEAD")
            await exchange.ResponseBody.Writer.WriteAsync(body);
    }
}
