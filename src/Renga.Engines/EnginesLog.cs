using Microsoft.Extensions.Logging;

namespace Renga.Engines;

/// <summary>What the engines log. Event ids 4000-4099.</summary>
internal static partial class EnginesLog
{
    [LoggerMessage(4000, LogLevel.Warning, "Dyno {Id} was only half made when the platform stopped; removing what there is of it.")]
    public static partial void HalfMade(ILogger log, Guid id);
}
