using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Renga.Model.Logs;
using Renga.Protocol.Logs;

namespace Renga.Logs;

/// <summary>
/// Every app's log channel. A line goes: text made safe and cut to size -> bytes -> the channel's ring, its tails, its list for the disk.
/// Nothing here waits; whatever is full drops, counts, and says so in the stream.
/// </summary>
internal sealed class LogFabric(LogsOptions options, LogHistory history, LogSessionTable sessions, TimeProvider time, ILogger<LogFabric> logger) : ILogWriter, ILogSessions
{
    private const int MaxDestroyedRemembered = 10_000;

    private readonly ConcurrentDictionary<Guid, LogChannel> _channels = [];
    private readonly ConcurrentDictionary<Guid, bool> _destroyed = [];
    private readonly ConcurrentQueue<Guid> _destroyedOrder = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _memoryBytes;

    /// <summary>Channels with something for the disk, each at most once.</summary>
    public ConcurrentQueue<LogChannel> Ready { get; } = [];

    /// <summary>Says that <see cref="Ready"/> has something.</summary>
    public ChannelReader<bool> Wake => _wake.Reader;

    /// <summary>Bytes of all lines in memory.</summary>
    public long MemoryBytes => Volatile.Read(ref _memoryBytes);

    public void Write(Guid appId, in LogLine line)
    {
        if (Find(appId) is not { } channel)
            return;
        var source = LogText.CleanName(line.Source ?? "");
        var process = LogText.CleanName(line.Process ?? "");
        var prefix = LogText.Prefix(line.Time, source, process);
        var text = LogText.Clean(line.Text ?? "").AsSpan();
        do
        {
            var piece = text[..PieceLength(text)];
            text = text[piece.Length..];
            var bytes = new byte[prefix.Length + Encoding.UTF8.GetByteCount(piece)];
            prefix.CopyTo(bytes, 0);
            Encoding.UTF8.GetBytes(piece, bytes.AsSpan(prefix.Length));
            Append(channel, source, process, bytes);
        }
        while (!text.IsEmpty);
    }

    public string Open(LogQuery query) =>
        $"/logs/{sessions.Open(query with { Lines = Math.Clamp(query.Lines, 0, options.LinesInMemory) })}?tail={(query.Tail ? "true" : "false")}";

    public void Destroy(Guid appId)
    {
        // Dynos of a destroyed app still say their last words. They must not bring the channel back.
        if (_destroyed.TryAdd(appId, true))
            _destroyedOrder.Enqueue(appId);
        while (_destroyedOrder.Count > MaxDestroyedRemembered && _destroyedOrder.TryDequeue(out var oldest))
            _destroyed.TryRemove(oldest, out _);

        sessions.Forget(appId);
        var channel = _channels.TryRemove(appId, out var known) ? known : new LogChannel(appId, options, time);
        Interlocked.Add(ref _memoryBytes, -channel.Destroy());
        Tell(channel);
    }

    /// <summary>Starts a reading of an app's stream; null when the app was destroyed.</summary>
    public LogReading? Read(LogQuery query, long? after)
    {
        if (Find(query.AppId) is not { } channel)
            return null;
        try
        {
            Interlocked.Add(ref _memoryBytes, channel.Load(history));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogsLog.HistoryUnreadable(logger, e, query.AppId);
        }

        var (lines, tail) = channel.Read(query, after);
        return new LogReading(channel, lines, tail);
    }

    /// <summary>Says in the stream what its history lacks.</summary>
    public void TellLosses(LogChannel channel)
    {
        Tell(LogErrors.LocalOverflow, channel.Overflow.Take());
        Tell(LogErrors.LocalDelivery, channel.Undelivered.Take());

        void Tell(LogErrors error, (long Count, DateTimeOffset Since)? loss)
        {
            if (loss is { } lost)
                Write(channel.AppId, new LogLine(time.GetUtcNow(), LogSource.Heroku, LogErrors.Process, error.Text(lost.Count, lost.Since)));
        }
    }

    /// <summary>When memory is over its budget, lets the channels that were longest unused leave it until a quarter of it is free.</summary>
    public void TrimMemory()
    {
        if (MemoryBytes <= options.MemoryBytes)
            return;
        foreach (var channel in _channels.Values.OrderBy(static c => c.LastUse))
        {
            if (Interlocked.Add(ref _memoryBytes, -channel.Unload()) <= options.MemoryBytes / 4 * 3)
                return;
        }
    }

    private LogChannel? Find(Guid appId)
    {
        if (_channels.TryGetValue(appId, out var channel))
            return channel;
        if (_destroyed.ContainsKey(appId))
            return null;
        channel = _channels.GetOrAdd(appId, id => new LogChannel(id, options, time));

        // It may have been destroyed in between.
        if (!_destroyed.ContainsKey(appId))
            return channel;
        _channels.TryRemove(appId, out _);
        return null;
    }

    private void Append(LogChannel channel, string source, string process, byte[] line)
    {
        if (channel.Append(source, process, line, out var grown))
            Tell(channel);
        Interlocked.Add(ref _memoryBytes, grown);
    }

    private void Tell(LogChannel channel)
    {
        Ready.Enqueue(channel);
        _wake.Writer.TryWrite(true);
    }

    // As many characters as fit into one line, never half of a pair.
    private int PieceLength(ReadOnlySpan<char> text)
    {
        if (text.Length <= options.LineBytes / 3 || Encoding.UTF8.GetByteCount(text) <= options.LineBytes)
            return text.Length;
        var length = 0;
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > options.LineBytes)
                break;
            length += rune.Utf16SequenceLength;
        }

        return length;
    }
}
