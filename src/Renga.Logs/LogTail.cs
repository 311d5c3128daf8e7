using System.Threading.Channels;

namespace Renga.Logs;

/// <summary>A reader that follows a channel. Bounded: when its reader is slow the oldest waiting lines go, are counted, and the channel never waits.</summary>
internal sealed class LogTail
{
    private readonly LogFilter _filter;
    private readonly LogLoss _loss;
    private readonly Channel<LogEntry> _waiting;

    public LogTail(LogFilter filter, int capacity, TimeProvider time)
    {
        _filter = filter;
        _loss = new LogLoss(time);
        var options = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _waiting = Channel.CreateBounded<LogEntry>(options, _ => _loss.Add());
    }

    /// <summary>Ends when the channel is destroyed.</summary>
    public ChannelReader<LogEntry> Lines => _waiting.Reader;

    public (long Count, DateTimeOffset Since)? TakeLoss() => _loss.Take();

    public void Offer(LogEntry entry)
    {
        if (_filter.Matches(entry))
            _waiting.Writer.TryWrite(entry);
    }

    public void Complete() => _waiting.Writer.TryComplete();
}
