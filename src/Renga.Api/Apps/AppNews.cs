using Renga.Model.Dynos;
using Renga.Model.Logs;
using Renga.Model.Releases;

namespace Renga.Api.Apps;

/// <summary>Tells what an operation did, after it is committed: a line in the app's log, and "look again" to the dyno manager.</summary>
internal sealed class AppNews(ILogWriter logs, IDynoManager dynos, TimeProvider time)
{
    /// <summary>One line, <c>app[api]: TEXT by user EMAIL</c>.</summary>
    public void Tell(Guid appId, string text, string email)
    {
        logs.Write(appId, new LogLine(time.GetUtcNow(), LogSource.App, LogSource.Api, $"{text} by user {email}"));
        dynos.LookAgain(appId);
    }

    /// <summary>The two lines of a release: what it is, and its number.</summary>
    public void Released(Release release, string email)
    {
        var now = time.GetUtcNow();
        logs.Write(release.AppId, new LogLine(now, LogSource.App, LogSource.Api, $"{release.Description} by user {email}"));
        logs.Write(release.AppId, new LogLine(now, LogSource.App, LogSource.Api, $"Release v{release.Version} created by user {email}"));
        dynos.LookAgain(release.AppId);
    }

    public void LookAgain(Guid appId) => dynos.LookAgain(appId);
}
