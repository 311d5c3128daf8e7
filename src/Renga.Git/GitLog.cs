using Microsoft.Extensions.Logging;

namespace Renga.Git;

/// <summary>All log messages of the git transport: event ids 5000 to 5099.</summary>
internal static partial class GitLog
{
    [LoggerMessage(5000, LogLevel.Information, "Created repository {Repository}")]
    public static partial void RepositoryCreated(this ILogger logger, string repository);

    [LoggerMessage(5001, LogLevel.Information, "Removed repository {Repository}")]
    public static partial void RepositoryRemoved(this ILogger logger, string repository);

    [LoggerMessage(5002, LogLevel.Debug, "{Command} ended with status {Status}: {Error}")]
    public static partial void CommandEnded(this ILogger logger, string command, int status, string error);

    [LoggerMessage(5003, LogLevel.Error, "A push to {App} failed inside the platform")]
    public static partial void PushFailed(this ILogger logger, Exception exception, string app);

    [LoggerMessage(5004, LogLevel.Warning, "After a push to {App}, housekeeping failed")]
    public static partial void AfterPushFailed(this ILogger logger, Exception exception, string app);

    [LoggerMessage(5005, LogLevel.Information, "Push to {App}: {Decision}")]
    public static partial void PushDecided(this ILogger logger, string app, string decision);
}
