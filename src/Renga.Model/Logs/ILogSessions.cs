namespace Renga.Model.Logs;

/// <summary>What a reader of logs asks for.</summary>
public sealed record LogQuery
{
    public required Guid AppId { get; init; }

    /// <summary>Lines of history, 0 to 1,500 (default 100; spec: protocols.md 2.4). With filters, matching lines count.</summary>
    public int Lines { get; init; } = 100;

    /// <summary>Keep the stream open.</summary>
    public bool Tail { get; init; }

    /// <summary><c>app</c> or <c>heroku</c>, exactly.</summary>
    public string? Source { get; init; }

    /// <summary>A process (<c>web.1</c>) or a type (<c>web</c>, which matches <c>web.*</c>).</summary>
    public string? Process { get; init; }
}

/// <summary>Opens log sessions for the API. The stream itself is served by the log fabric.</summary>
public interface ILogSessions
{
    /// <summary>The path of the stream, with a secret in it that is valid for five minutes until first use: <c>/logs/SECRET?...</c>. No other authorization is asked there.</summary>
    string Open(LogQuery query);

    /// <summary>Forgets an app's channel: it was destroyed.</summary>
    void Destroy(Guid appId);
}
