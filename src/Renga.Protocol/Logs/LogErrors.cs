using System.Globalization;

namespace Renga.Protocol.Logs;

/// <summary>The log fabric's own errors (L-codes; spec: protocols.md 6.3), each as the line that tells the reader what was lost.</summary>
public sealed record LogErrors(string Code, string Title, string Format)
{
    /// <summary>The process that these lines come from: <c>heroku[logplex]</c>.</summary>
    public const string Process = "logplex";

    public static LogErrors TailOverflow { get; } = new("L11", "Tail buffer overflow", "This tail session dropped {0} messages since {1}.");

    public static LogErrors LocalOverflow { get; } = new("L12", "Local buffer overflow", "{0} messages dropped from the log history since {1}.");

    public static LogErrors LocalDelivery { get; } = new("L13", "Local delivery error", "{0} messages lost from the log history since {1}.");

    public string Text(long count, DateTimeOffset since) =>
        $"Error {Code} ({Title}) -> {string.Format(CultureInfo.InvariantCulture, Format, count, LogText.Time(since))}";
}
