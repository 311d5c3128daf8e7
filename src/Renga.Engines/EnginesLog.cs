using Microsoft.Extensions.Logging;

namespace Renga.Engines;

/// <summary>What the engines log. Event ids 4000-4099.</summary>
internal static partial class EnginesLog
{
    [LoggerMessage(4000, LogLevel.Warning, "Dyno {Id} was only half made when the platform stopped; removing what there is of it.")]
    public static partial void HalfMade(ILogger log, Guid id);

    [LoggerMessage(4001, LogLevel.Information, "Every dyno has its own range of user ids; the owners in images are mapped to it.")]
    public static partial void IdMapped(ILogger log);

    [LoggerMessage(4002, LogLevel.Warning, "All dynos share one range of user ids, since the owners in images cannot be mapped: {Reason}")]
    public static partial void NotIdMapped(ILogger log, string reason);

    [LoggerMessage(4003, LogLevel.Error, "No network could be made ready for the next dyno; it will be tried again when one is needed.")]
    public static partial void SlotNotMade(ILogger log, Exception e);

    [LoggerMessage(4004, LogLevel.Error, "What was made of dyno {Id} could not be removed; the next start tries again.")]
    public static partial void NotRemoved(ILogger log, Guid id, Exception e);

    /// <summary>Cleans up after a failure without hiding it behind one of the cleaning.</summary>
    public static async Task GuardAsync(ILogger log, Guid id, Func<Task> clean)
    {
        try
        {
            await clean();
        }
        catch (Exception e)
        {
            NotRemoved(log, id, e);
        }
    }
}
