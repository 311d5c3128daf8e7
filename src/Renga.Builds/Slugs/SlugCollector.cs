using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Builds.Caching;
using Renga.Builds.Recording;

namespace Renga.Builds.Slugs;

/// <summary>Removes the files of slugs and caches that nobody needs any more: at the start, and every so often.</summary>
internal sealed class SlugCollector(ISlugRecords records, SlugStore slugs, CacheStore caches, BuildsOptions options, TimeProvider time, ILogger<SlugCollector> logger) : BackgroundService
{
    /// <summary>
    /// Before anything else runs. 1. Images named by their slug, from before they were named by their content. 2. What nobody needs. 3. Caches of apps that are gone.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // 1.
        var inventory = await records.ReadAsync(cancellationToken);
        foreach (var (slugId, image) in inventory.Images)
        {
            if (slugs.TryAdopt(slugId, image))
                logger.ImageRenamed(slugId, image);
        }

        // 2.
        await CollectAsync(cancellationToken);

        // 3.
        caches.RemoveAllBut(inventory.Apps);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// 1. Which slugs can no rollback within reach need? 2. Which images do the others have? 3. The rest goes. An image that is put after 2 is safe:
    /// the store does not remove what has just been put.
    /// </summary>
    public async Task CollectAsync(CancellationToken ct)
    {
        // 1.
        var given = await records.CollectAsync(ct);

        // 2.
        var needed = (await records.ReadAsync(ct)).Images.Values.ToHashSet(StringComparer.Ordinal);

        // 3.
        var (count, bytes) = (0, 0L);
        foreach (var image in slugs.Images.Where(i => !needed.Contains(i)).ToList())
        {
            if (slugs.TryDelete(image) is > 0 and var free)
                (count, bytes) = (count + 1, bytes + free);
        }

        if (given > 0 || count > 0)
            logger.SlugsCollected(given, count, bytes);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CollectEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CollectAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                logger.CollectFailed(e);
            }
        }
    }
}
