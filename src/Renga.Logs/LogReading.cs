namespace Renga.Logs;

/// <summary>What one request reads: lines that are there, and for a tail those that come. Dispose ends the tail.</summary>
internal sealed class LogReading(LogChannel channel, IReadOnlyList<LogEntry> history, LogTail? tail) : IDisposable
{
    public IReadOnlyList<LogEntry> History => history;

    public LogTail? Tail => tail;

    public void Dispose()
    {
        if (tail is not null)
            channel.Leave(tail);
    }
}
