using Microsoft.Extensions.Hosting;
using Renga.Builds.Slugs;

namespace Renga.Builds.Caching;

/// <summary>At start: removes the files of builds that were under way when the platform died. Their dynos are the dyno manager's to remove, since it recovers the engine.</summary>
internal sealed class BuildLeftovers(BuildsOptions options, CacheStore caches, SlugStore slugs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(options.RunFolder))
            Directory.Delete(options.RunFolder, recursive: true);
        Directory.CreateDirectory(options.RunFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        caches.RemoveDrafts();
        slugs.RemoveDrafts();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
