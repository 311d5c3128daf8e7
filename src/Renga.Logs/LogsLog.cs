using Microsoft.Extensions.Logging;

namespace Renga.Logs;

/// <summary>What the log fabric tells the operator. Event ids 8000-8099.</summary>
internal static partial class LogsLog
{
    [LoggerMessage(8000, LogLevel.Error, "The log history cannot be written (first seen for app {AppId}). Streams go on; what is not written is counted and told in them.")]
    public static partial void DiskFailed(ILogger logger, Exception exception, Guid appId);

    [LoggerMessage(8001, LogLevel.Information, "The log history is written again.")]
    public static partial void DiskRecovered(ILogger logger);

    [LoggerMessage(8002, LogLevel.Warning, "The log history of app {AppId} cannot be read; its stream starts without it.")]
    public static partial void HistoryUnreadable(ILogger logger, Exception exception, Guid appId);
}
