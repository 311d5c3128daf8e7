using System.Net;
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

    [LoggerMessage(5006, LogLevel.Information, "Git over SSH: ssh://git@{Address}:{Port}/APP.git (host key {HostKey})")]
    public static partial void SshOn(this ILogger logger, IPAddress address, int port, string hostKey);

    [LoggerMessage(5007, LogLevel.Warning, "Git over SSH is off: {Problem}. Everything else works; --ssh-port 0 says that this is meant")]
    public static partial void SshOff(this ILogger logger, string problem);

    [LoggerMessage(5008, LogLevel.Warning, "sshd ended with status {Status}: {LastLine}. It is started again in {Seconds} s")]
    public static partial void SshEnded(this ILogger logger, int status, string lastLine, double seconds);

    [LoggerMessage(5009, LogLevel.Debug, "sshd: {Line}")]
    public static partial void SshSaid(this ILogger logger, string line);

    [LoggerMessage(5010, LogLevel.Error, "An SSH session failed inside the platform")]
    public static partial void SshSessionFailed(this ILogger logger, Exception exception);
}
