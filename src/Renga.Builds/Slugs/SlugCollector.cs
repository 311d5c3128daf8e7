using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Builds.Caching;
using Renga.Builds.Recording;

namespace Renga.Builds.Slugs;

/// <summary>Removes the files of slugs and caches that nobody needs any more: at the start, and every so often.</summary>
internal sealed class SlugCollector(ISlugRecords records, SlugStore slugs, CacheStore caches, BuildsOptions options, TimeProvider time, ILogger<SlugCollector> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>Before any dyno is started: names images by their content that an earlier version named by their slug.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var (slugId, image) in (await records.ReadAsync(cancellationToken)).Images)
        {
            if (slugs.TryAdopt(slugId, image))
                logger.ImageRenamed(slugId, image);
        }
    }

    /// <summary>Sweeps what an earlier life left. No slug is given up yet, since it is not known yet what runs.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        caches.RemoveAllBut((await records.ReadAsync(cancellationToken)).Apps);
        await SweepAsync(given: 0, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>1. Which slugs can no rollback within reach need? 2. Removes the images that no other slug has.</summary>
    public async Task CollectAsync(CancellationToken ct)
    {
        // 1.
        var given = await records.CollectAsync(ct);

        // 2.
        await SweepAsync(given, ct);
    }

    /// <summary>Safe against builds: the store does not remove an image that was put for a slug which may not be recorded yet.</summary>
    private async Task SweepAsync(int given, CancellationToken ct)
    {
        var needed = (await records.ReadAsync(ct)).Images.Values.ToHashSet(StringComparer.Ordinal);
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
