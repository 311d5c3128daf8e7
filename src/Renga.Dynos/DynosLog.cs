using Microsoft.Extensions.Logging;

namespace Renga.Dynos;

/// <summary>Every log message of the dyno manager: event ids 3000 to 3099.</summary>
internal static partial class DynosLog
{
    [LoggerMessage(3000, LogLevel.Information, "Adopted {Adopted} dynos of {Apps} apps; {Removed} leftovers are removed")]
    public static partial void Recovered(ILogger logger, int adopted, int apps, int removed);

    [LoggerMessage(3001, LogLevel.Error, "A step for app {AppId} failed; its dynos stay as they are until the next full sync")]
    public static partial void StepFailed(ILogger logger, Exception error, Guid appId);

    [LoggerMessage(3002, LogLevel.Error, "Desired state could not be read; what runs stays as it is")]
    public static partial void DesiredUnreadable(ILogger logger, Exception error);

    [LoggerMessage(3003, LogLevel.Error, "Dyno {Name} ({DynoId}) of app {AppId} could not be launched")]
    public static partial void LaunchFailed(ILogger logger, Exception error, string name, Guid dynoId, Guid appId);

    [LoggerMessage(3004, LogLevel.Error, "Dyno {Name} ({DynoId}) of app {AppId} could not be launched: {Reason}")]
    public static partial void LaunchRefused(ILogger logger, string name, Guid dynoId, Guid appId, string reason);

    [LoggerMessage(3005, LogLevel.Error, "Signal {Signal} did not reach dyno {DynoId}")]
    public static partial void SignalFailed(ILogger logger, Exception error, Guid dynoId, Engines.DynoSignal signal);

    [LoggerMessage(3006, LogLevel.Error, "Dyno {DynoId} could not be removed; it is tried again")]
    public static partial void DestroyFailed(ILogger logger, Exception error, Guid dynoId);

    [LoggerMessage(3007, LogLevel.Error, "The rest of the output of {Process} ({DynoId}) is lost")]
    public static partial void OutputLost(ILogger logger, Exception error, string process, Guid dynoId);

    [LoggerMessage(3008, LogLevel.Error, "The end of dyno {DynoId} cannot be waited for; it is asked again")]
    public static partial void WaitFailed(ILogger logger, Exception error, Guid dynoId);

    [LoggerMessage(3009, LogLevel.Error, "Waiting for requests in flight of dyno {DynoId} failed; it is stopped now")]
    public static partial void DrainFailed(ILogger logger, Exception error, Guid dynoId);

    [LoggerMessage(3010, LogLevel.Warning, "The engine {Engine} does not isolate dynos: apps can see each other and this machine. Use it to try things, never for strangers' code")]
    public static partial void NotIsolated(ILogger logger, string engine);

    [LoggerMessage(3011, LogLevel.Information, "Rendezvous listens on {Endpoint}")]
    public static partial void RendezvousListens(ILogger logger, System.Net.EndPoint endpoint);

    [LoggerMessage(3012, LogLevel.Debug, "A rendezvous connection from {Peer} ended before it named a session: {Reason}")]
    public static partial void RendezvousRefused(ILogger logger, System.Net.EndPoint? peer, string reason);

    [LoggerMessage(3013, LogLevel.Warning, "The session of dyno {DynoId} broke")]
    public static partial void SessionBroke(ILogger logger, Exception error, Guid dynoId);

    [LoggerMessage(3014, LogLevel.Error, "Accepting rendezvous connections failed; it is tried again")]
    public static partial void AcceptFailed(ILogger logger, Exception error);

    [LoggerMessage(3015, LogLevel.Error, "Background work of the dyno manager failed")]
    public static partial void WorkFailed(ILogger logger, Exception error);

    [LoggerMessage(3016, LogLevel.Critical, "The dyno manager's loop failed; nothing is started or stopped until this process is restarted")]
    public static partial void LoopFailed(ILogger logger, Exception error);
}
