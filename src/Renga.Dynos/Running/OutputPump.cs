using Microsoft.Extensions.Logging;
using Renga.Engines;
using Renga.Model.Logs;

namespace Renga.Dynos.Running;

/// <summary>
/// Carries what a dyno writes into the app's stream, and records how far it came in batches: when the dyno pauses, and every so many pieces. After a restart of ours
/// at most the lines since the last record come again.
/// </summary>
internal sealed class OutputPump(IDynoEngine engine, IOutputCursor cursor, ILogWriter logs, DynosOptions options, TimeProvider time, ILogger<OutputPump> logger)
{
    private const int PiecesPerRecord = 256;

    // A line without end on one stream must not keep the other's lines from being recorded for ever.
    private const int PiecesPastPart = 1024;

    /// <summary>Runs until the dyno has ended and all was read, or the token says that this process ends.</summary>
    public async Task RunAsync(Guid appId, Guid dynoId, string process, long position, CancellationToken ct)
    {
        var lines = new DynoLines(appId, process, logs, options.MaxLineBytes);
        var handled = position;
        var recorded = position;
        var sinceRecord = 0;
        var sinceWhole = 0;
        try
        {
            await using var output = engine.ReadOutputAsync(dynoId, position, ct).GetAsyncEnumerator(ct);
            while (true)
            {
                var next = output.MoveNextAsync().AsTask();
                if (!next.IsCompleted && handled != recorded && !await ComesSoonAsync(next, ct))
                    Record();
                if (!await next)
                    break;
                lines.Add(output.Current);
                sinceWhole = lines.HasPart ? sinceWhole + 1 : 0;
                if (sinceWhole is 0 or > PiecesPastPart)
                    handled = output.Current.Position;
                if (++sinceRecord >= PiecesPerRecord)
                    Record();
            }

            lines.Flush();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The next life of this process goes on here.
        }
        catch (Exception e)
        {
            DynosLog.OutputLost(logger, e, process, dynoId);
        }

        Record();

        void Record()
        {
            sinceRecord = 0;
            if (handled == recorded)
                return;
            recorded = handled;
            cursor.Acknowledge(dynoId, handled);
        }
    }

    private async Task<bool> ComesSoonAsync(Task next, CancellationToken ct)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(next, Task.Delay(options.OutputAckDelay, time, wait.Token));
        await wait.CancelAsync();
        return next.IsCompleted;
    }

    /// <summary>The two streams of a dyno.</summary>
    private sealed class DynoLines(Guid appId, string process, ILogWriter logs, int maxBytes)
    {
        private readonly LineAssembler _output = new(maxBytes);
        private readonly LineAssembler _error = new(maxBytes);
        private DateTimeOffset _time;

        public bool HasPart => _output.HasPart || _error.HasPart;

        public void Add(in DynoOutput piece)
        {
            _time = piece.Time;
            (piece.IsError ? _error : _output).Add(piece.Bytes.Span, piece.EndsLine, Emit);
        }

        public void Flush()
        {
            _output.Flush(Emit);
            _error.Flush(Emit);
        }

        private void Emit(string text) => logs.Write(appId, new LogLine(_time, LogSource.App, process, text));
    }
}
