using Renga.Model.Logs;
using Renga.Router.Failures;

namespace Renga.Router.Pipeline;

/// <summary>Measures a request and says what became of it: one router line to the app's channel, and the metrics.</summary>
internal sealed class RouterRecord(ILogWriter logs, RouterMetrics metrics, TimeProvider time)
{
    public void Connecting(Exchange exchange) => exchange.ConnectStartedAt = time.GetTimestamp();

    /// <summary>The dyno was reached, or was not.</summary>
    public void Connected(Exchange exchange, bool isConnected)
    {
        var now = time.GetTimestamp();
        exchange.ConnectMilliseconds = Milliseconds(exchange.ConnectStartedAt, now);
        exchange.ConnectedAt = isConnected ? now : 0;
    }

    public void Finished(Exchange exchange, RouterError? error)
    {
        var now = time.GetTimestamp();
        var service = exchange.ConnectedAt == 0 ? -1 : Milliseconds(exchange.ConnectedAt, now);
        var line = RouterLine.Format(exchange, error, service);
        logs.Write(exchange.App!.Route.AppId, new LogLine(time.GetUtcNow(), LogSource.Heroku, LogSource.Router, line));
        metrics.Finished(error?.Status ?? exchange.Response.StatusCode, error?.Code, time.GetElapsedTime(exchange.StartedAt, now));
    }

    public void UnknownHost(Exchange exchange) => metrics.Finished(404, null, time.GetElapsedTime(exchange.StartedAt));

    private long Milliseconds(long from, long to) => (long)time.GetElapsedTime(from, to).TotalMilliseconds;
}
