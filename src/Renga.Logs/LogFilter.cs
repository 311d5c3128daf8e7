using Renga.Model.Logs;

namespace Renga.Logs;

/// <summary>Which lines a session wants (spec: protocols.md 2.4): the source exactly, the process exactly or as the type before the dot.</summary>
internal sealed class LogFilter(string? source, string? process)
{
    private readonly string? _prefix = process is null ? null : process + ".";

    public static LogFilter Of(LogQuery query) => new(query.Source, query.Process);

    public bool Matches(LogEntry entry) =>
        (source is null || entry.Source == source)
        && (process is null || entry.Process == process || entry.Process.StartsWith(_prefix!, StringComparison.Ordinal));
}
