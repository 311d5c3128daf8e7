namespace Renga.Model.Logs;

/// <summary>One line of an app's log stream: <c>TIME SOURCE[PROCESS]: TEXT</c>.</summary>
/// <param name="Time">When it was written, to the microsecond.</param>
/// <param name="Source"><c>app</c> for what the app wrote, <c>heroku</c> for what the platform did (see <see cref="LogSource"/>).</param>
/// <param name="Process"><c>web.1</c>, <c>router</c>, <c>api</c>, <c>build</c> ...</param>
/// <param name="Text">Without line ending.</param>
public readonly record struct LogLine(DateTimeOffset Time, string Source, string Process, string Text);

/// <summary>The two sources, and the process names that the platform itself uses.</summary>
public static class LogSource
{
    public const string App = "app";
    public const string Heroku = "heroku";
    public const string Router = "router";
    public const string Api = "api";
    public const string Build = "build";
}
