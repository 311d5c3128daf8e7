using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Renga.Logs;

/// <summary>
/// The one loop that writes channels to disk. A channel with waiting lines is in the queue once, so the queue is as long as there are apps at most, each app
/// gets its turn, and the busier the platform the larger the batches.
/// </summary>
internal sealed class LogHistoryWriter(LogFabric fabric, LogHistory history, ILogger<LogHistoryWriter> logger) : BackgroundService
{
    private readonly ConcurrentQueue<LogChannel> _ready = fabric.Ready;
    private readonly ChannelReader<bool> _wake = fabric.Wake;
    private List<LogEntry> _spare = [];
    private bool _isFailing;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // The loop has ended, or never began; what came until now is written before the platform goes.
        WriteReady();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await _wake.WaitToReadAsync(stoppingToken))
        {
            _wake.TryRead(out _);
            WriteReady();
            fabric.TrimMemory();
        }
    }

    private void WriteReady()
    {
        while (_ready.TryDequeue(out var channel))
            Write(channel);
    }

    private void Write(LogChannel channel)
    {
        var batch = channel.TakePending(_spare);
        try
        {
            if (channel.IsDestroyed)
                history.Delete(channel.AppId);
            else if (batch.Count > 0)
                history.Append(channel.AppId, batch);
            if (_isFailing)
                LogsLog.DiskRecovered(logger);
            _isFailing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full or broken disk must not stop the streams: the loss is counted, told in the stream, and told to the operator once.
            channel.Undelivered.Add(batch.Count);
            if (!_isFailing)
                LogsLog.DiskFailed(logger, e, channel.AppId);
            _isFailing = true;
        }

        batch.Clear();
        if (batch.Capacity > 64 * 1024)
            batch.Capacity = 0;
        _spare = batch;
        if (!_isFailing)
            fabric.TellLosses(channel);
    }
}
