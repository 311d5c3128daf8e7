using System.Diagnostics.Metrics;

namespace Renga.Router;

/// <summary>The router's instruments. Nothing here costs more than a few instructions while nobody listens.</summary>
public sealed class RouterMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Renga.Router";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    public RouterMetrics()
    {
        _requests = _meter.CreateCounter<long>("renga.router.requests", "{request}", "Requests answered, by status class and H-code.");
        _duration = _meter.CreateHistogram<double>("renga.router.duration", "s", "From the request's head to the response's end.");
    }

    public void Dispose() => _meter.Dispose();

    internal void Finished(int status, string? code, TimeSpan duration)
    {
        if (_requests.Enabled)
            _requests.Add(1, new("status_class", StatusClass(status)), new("code", code ?? ""));
        if (_duration.Enabled)
            _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("status_class", StatusClass(status)));
    }

    private static string StatusClass(int status) => (status / 100) switch { 1 => "1xx", 2 => "2xx", 3 => "3xx", 4 => "4xx", _ => "5xx" };
}
