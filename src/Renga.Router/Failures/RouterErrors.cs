namespace Renga.Router.Failures;

/// <summary>The one table of the router's failures (spec: error-codes.json, protocols.md 6.3).</summary>
internal static class RouterErrors
{
    public static RouterError AppCrashed { get; } = new("H10", "App crashed", 503);
    public static RouterError BacklogTooDeep { get; } = new("H11", "Backlog too deep", 503);
    public static RouterError RequestTimeout { get; } = new("H12", "Request timeout", 503);
    public static RouterError ClosedWithoutResponse { get; } = new("H13", "Connection closed without response", 503);
    public static RouterError NoWebDynos { get; } = new("H14", "No web processes running", 503);
    public static RouterError IdleConnection { get; } = new("H15", "Idle connection", 503);
    public static RouterError BadResponse { get; } = new("H17", "Poorly formatted HTTP response", 503);
    public static RouterError ServerInterrupted { get; } = new("H18", "Server Request Interrupted", 503, Socket: "backend");
    public static RouterError ConnectTimeout { get; } = new("H19", "Backend connection timeout", 503);
    public static RouterError BootTimeout { get; } = new("H20", "App boot timeout", 503);
    public static RouterError ConnectRefused { get; } = new("H21", "Backend connection refused", 503);
    public static RouterError BadContentLength { get; } = new("H25", "HTTP restriction: invalid content length", 502);
    public static RouterError OversizedCookie { get; } = new("H25", "HTTP restriction: oversized cookie", 502);
    public static RouterError OversizedHeader { get; } = new("H25", "HTTP restriction: oversized header", 502);
    public static RouterError OversizedStatusLine { get; } = new("H25", "HTTP restriction: oversized status line", 502);
    public static RouterError BadExpect { get; } = new("H26", "Request Error", 417, Page: ErrorPage.BadRequest, Cause: "unsupported expect header value");
    public static RouterError BadHeader { get; } = new("H26", "Request Error", 400, Page: ErrorPage.BadRequest, Cause: "bad header");
    public static RouterError BadChunk { get; } = new("H26", "Request Error", 400, Page: ErrorPage.BadRequest, Cause: "bad chunk");
    public static RouterError BadMethod { get; } = new("H26", "Request Error", 405, Page: ErrorPage.BadRequest, Cause: "unsupported method");
    public static RouterError ClientInterrupted { get; } = new("H27", "Client Request Interrupted", 499, "warning", ErrorPage.None, Socket: "client");
    public static RouterError ClientIdle { get; } = new("H28", "Client Connection Idle", 499, "warning", ErrorPage.None);
    public static RouterError Maintenance { get; } = new("H80", "Maintenance mode", 503, "info", ErrorPage.Maintenance);
    public static RouterError BlankApp { get; } = new("H81", "Blank app", 503, "info", ErrorPage.Blank);
    public static RouterError PlatformError { get; } = new("H99", "Platform error", 503);
}
