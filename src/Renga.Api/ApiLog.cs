using Microsoft.Extensions.Logging;

namespace Renga.Api;

internal static partial class ApiLog
{
    [LoggerMessage(1000, LogLevel.Error, "{Method} {Path} failed (request {RequestId})")]
    public static partial void RequestFailed(this ILogger logger, Exception e, string method, string path, string requestId);

    [LoggerMessage(1001, LogLevel.Error, "App {AppId} was taken back: a component could not make room for it")]
    public static partial void AppTakenBack(this ILogger logger, Exception e, Guid appId);

    [LoggerMessage(1002, LogLevel.Error, "A component could not follow the change of app {AppId}")]
    public static partial void ResourceFailed(this ILogger logger, Exception e, Guid appId);

    [LoggerMessage(1003, LogLevel.Information, "App {AppId} ({Name}) created")]
    public static partial void AppCreated(this ILogger logger, Guid appId, string name);

    [LoggerMessage(1004, LogLevel.Information, "App {AppId} ({Name}) destroyed")]
    public static partial void AppDestroyed(this ILogger logger, Guid appId, string name);
}
