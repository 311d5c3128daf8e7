using Microsoft.Extensions.Logging;

namespace Renga.Builds;

/// <summary>All log messages of the slug compiler: event ids 6000 to 6099.</summary>
internal static partial class BuildsLog
{
    [LoggerMessage(6000, LogLevel.Information, "Build {BuildId} of {App} started")]
    public static partial void BuildStarted(this ILogger logger, Guid buildId, string app);

    [LoggerMessage(6001, LogLevel.Information, "Build {BuildId} of {App} released v{Version}: slug {SlugId}, {Bytes} bytes; its cache has {CacheBytes} bytes")]
    public static partial void BuildReleased(this ILogger logger, Guid buildId, string app, int version, Guid slugId, long bytes, long cacheBytes);

    [LoggerMessage(6002, LogLevel.Information, "Build {BuildId} of {App} failed: {Reason}")]
    public static partial void BuildFailed(this ILogger logger, Guid buildId, string app, string reason);

    [LoggerMessage(6003, LogLevel.Error, "Build {BuildId} of {App} failed inside the platform")]
    public static partial void BuildBroke(this ILogger logger, Exception exception, Guid buildId, string app);

    [LoggerMessage(6004, LogLevel.Warning, "Cleaning up after build {BuildId} failed")]
    public static partial void CleanUpFailed(this ILogger logger, Exception exception, Guid buildId);

    [LoggerMessage(6010, LogLevel.Information, "Slug {SlugId} is kept under the name of its content now: {Image}")]
    public static partial void ImageRenamed(this ILogger logger, Guid slugId, string image);

    [LoggerMessage(6011, LogLevel.Information, "Gave up {Slugs} slugs that no rollback within reach needs, and removed {Images} images: {Bytes} bytes")]
    public static partial void SlugsCollected(this ILogger logger, int slugs, int images, long bytes);

    [LoggerMessage(6012, LogLevel.Error, "Collecting slugs failed; it is tried again later")]
    public static partial void CollectFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6013, LogLevel.Error, "The disk was full during build {BuildId}")]
    public static partial void DiskFull(this ILogger logger, Exception exception, Guid buildId);

    [LoggerMessage(6050, LogLevel.Warning, "Removing old sources failed; it is tried again in an hour")]
    public static partial void ExpiryFailed(this ILogger logger, Exception exception);
    [LoggerMessage(6080, LogLevel.Information, "Stack {Name} has version {Version}")]
    public static partial void StackFound(this ILogger logger, string name, string version);

    [LoggerMessage(6081, LogLevel.Error, "The version of a stack in {Folder} is damaged and does not count; build the stack again")]
    public static partial void StackDamaged(this ILogger logger, string folder);

    [LoggerMessage(6082, LogLevel.Error, "The folder of stacks could not be read; those that were known stay")]
    public static partial void StacksUnreadable(this ILogger logger, Exception exception);
}
