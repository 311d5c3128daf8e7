using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Renga.Builds.Sources;

/// <summary>Removes old sources, at start and then every hour.</summary>
internal sealed class SourceExpiry(SourceStore sources, TimeProvider time, ILogger<SourceExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        sources.RemoveParts();
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                sources.RemoveExpired();
            }
            catch (IOException e)
            {
                logger.ExpiryFailed(e);
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
