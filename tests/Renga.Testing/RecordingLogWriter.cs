using Renga.Model.Logs;

namespace Renga.Testing;

/// <summary>Keeps every line; a test can wait for one.</summary>
public sealed class RecordingLogWriter : ILogWriter
{
    private readonly Lock _gate = new();
    private readonly List<(Guid AppId, LogLine Line)> _lines = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Write(Guid appId, in LogLine line)
    {
        lock (_gate)
        {
            _lines.Add((appId, line));
            _added.TrySetResult();
            _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>All lines so far, as <c>source[process]: text</c>.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines.Select(static l => Format(l.Line))];
        }
    }

    /// <summary>Waits for a line that contains the text; the failure says what came instead.</summary>
    public async Task<string> WaitForAsync(string text, CancellationToken ct, int occurrence = 1)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            Task added;
            lock (_gate)
            {
                var found = _lines.Select(static l => Format(l.Line)).Where(l => l.Contains(text, StringComparison.Ordinal)).Skip(occurrence - 1).FirstOrDefault();
                if (found is not null)
                    return found;
                added = _added.Task;
            }

            try
            {
                await added.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new TimeoutException($"No log line with \"{text}\" (occurrence {occurrence}). Seen:\n{string.Join('\n', Lines)}");
            }
        }
    }

    private static string Format(LogLine line) => $"{line.Source}[{line.Process}]: {line.Text}";
}
