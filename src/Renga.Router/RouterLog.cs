using System.Net;
using Microsoft.Extensions.Logging;

namespace Renga.Router;

/// <summary>What the router tells the operator. Event ids 9000 to 9099.</summary>
internal static partial class RouterLog
{
    [LoggerMessage(9000, LogLevel.Information, "Router listens on {Address}.")]
    public static partial void Listening(ILogger logger, IPEndPoint address);

    [LoggerMessage(9001, LogLevel.Error, "A request to {Host} met a bug of the router.")]
    public static partial void Bug(ILogger logger, string host, Exception exception);

    [LoggerMessage(9010, LogLevel.Information, "Routes of {Apps} apps read from {Path}.")]
    public static partial void RoutesRead(ILogger logger, int apps, string path);

    [LoggerMessage(9011, LogLevel.Warning, "Routes in {Path} cannot be used; the last good ones stay.")]
    public static partial void RoutesUnusable(ILogger logger, string path, Exception exception);

    [LoggerMessage(9012, LogLevel.Warning, "Routes could not be written to {Path}; the next change tries again.")]
    public static partial void RoutesNotWritten(ILogger logger, string path, Exception exception);
}
