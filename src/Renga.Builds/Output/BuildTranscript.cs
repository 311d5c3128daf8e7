using System.Text;
using Renga.Model.Builds;
using Renga.Model.Logs;

namespace Renga.Builds.Output;

/// <summary>
/// What a build says: to the pusher as it comes, to the app's log channel line by line, up to a limit. One writer at a time. It remembers the last lines,
/// from which <see cref="FailureCause"/> guesses why a build failed.
/// </summary>
internal sealed class BuildTranscript(IBuildOutput output, ILogWriter log, Guid appId, long maxBytes, TimeProvider time)
{
    private const int MaxLine = 10_000;
    private const int TailLines = 60;
    private const int LastLines = 20;
    private const int MaxLastLine = 300;

    private readonly StringBuilder _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly Queue<string> _tail = new();
    private long _written;
    private long _dropped;

    /// <summary>The last lines.</summary>
    public IReadOnlyCollection<string> Tail => _tail;

    /// <summary><c>-----> text</c></summary>
    public ValueTask StepAsync(string text) => LineAsync($"-----> {text}");

    /// <summary>Seven spaces and the text.</summary>
    public ValueTask DetailAsync(string text) => LineAsync($"       {text}");

    /// <summary><c> !     text</c>, for each line of the text.</summary>
    public async ValueTask ProblemAsync(string text)
    {
        foreach (var line in text.Split('\n'))
            await LineAsync($" !     {line}".TrimEnd());
    }

    public ValueTask LineAsync(string text) => PassAsync(Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>A piece of the build dyno's output; past the limit it is only counted.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, bool endsLine)
    {
        if (_written + bytes.Length > maxBytes)
        {
            _dropped += bytes.Length + (endsLine ? 1 : 0);
            Remember(bytes.Span, endsLine, logged: false);
            return;
        }

        await PassAsync(bytes, endsLine);
    }

    /// <summary>The build dyno has ended: closes an open line, and says what was not shown.</summary>
    public async ValueTask EndOfOutputAsync()
    {
        if (_line.Length > 0)
            await PassAsync(ReadOnlyMemory<byte>.Empty, endsLine: true);
        if (_dropped == 0)
            return;
        await ProblemAsync($"{_dropped} more bytes of build output are not shown: the limit is {ByteSize.Format(maxBytes)}. The last lines:");
        foreach (var line in _tail.SkipLast(1).TakeLast(LastLines).ToArray())
            await DetailAsync(line.Length <= MaxLastLine ? line : line[..MaxLastLine]);
    }

    /// <summary>A line that belongs to the build but not into the pusher's terminal: only in the log channel.</summary>
    public void Remark(string text) => log.Write(appId, new LogLine(time.GetUtcNow(), LogSource.App, LogSource.Build, text));

    /// <summary>A line of the platform about the app, only for the log channel: <c>app[api]</c>.</summary>
    public void Announce(string text) => log.Write(appId, new LogLine(time.GetUtcNow(), LogSource.App, LogSource.Api, text));

    private ValueTask PassAsync(byte[] line) => PassAsync(line.AsMemory(0, line.Length - 1), endsLine: true);

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes, bool endsLine)
    {
        _written += bytes.Length;
        Remember(bytes.Span, endsLine, logged: true);
        if (bytes.Length > 0)
            await output.WriteAsync(bytes);
        if (endsLine)
            await output.WriteAsync("\n"u8.ToArray());
    }

    private void Remember(ReadOnlySpan<byte> bytes, bool endsLine, bool logged)
    {
        var room = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        var count = _decoder.GetChars(bytes, room, flush: endsLine);
        _line.Append(room, 0, Math.Min(count, Math.Max(0, MaxLine - _line.Length)));
        if (!endsLine)
            return;
        var text = _line.ToString().TrimEnd('\r', '\n');
        _line.Clear();
        _tail.Enqueue(text);
        if (_tail.Count > TailLines)
            _tail.Dequeue();
        if (logged)
            log.Write(appId, new LogLine(time.GetUtcNow(), LogSource.App, LogSource.Build, text));
    }
}
