using System.Globalization;

namespace Renga.LoadTest;

/// <summary>A client that asks an app about 200 times a second until it is disposed, and counts what it is refused.</summary>
internal sealed class Visitor : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private readonly Uri _address;
    private readonly string _host;
    private readonly Task _visits;
    private volatile int _release;

    public Visitor(int port, string host)
    {
        _address = new Uri($"http://127.0.0.1:{port}/");
        _host = host;
        _visits = Task.Run(VisitAsync);
    }

    public int Count { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Waits until the app of examples/hello-node answers as this release or a later one.</summary>
    public async Task SeesAsync(int version, CancellationToken ct)
    {
        while (_release < version)
        {
            if (_visits.IsCompleted)
                await _visits;
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, ct);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task VisitAsync()
    {
        var ct = _stop.Token;
        while (!ct.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _address) { Headers = { Host = _host } };
            try
            {
                using var response = await _http.SendAsync(request, ct);
                var answer = await response.Content.ReadAsStringAsync(ct);
                if (!response.IsSuccessStatusCode)
                    Failed++;
                else
                    _release = ReleaseIn(answer);
            }
            catch (HttpRequestException)
            {
                Failed++;
            }

            Count++;
            await Task.Delay(Pause, TimeProvider.System, ct);
        }
    }

    // "Hello from web.1, release v12: spring"
    private static int ReleaseIn(string answer)
    {
        var start = answer.IndexOf("release v", StringComparison.Ordinal) + "release v".Length;
        var end = start;
        while (end < answer.Length && char.IsAsciiDigit(answer[end]))
            end++;
        return int.Parse(answer.AsSpan(start, end - start), CultureInfo.InvariantCulture);
    }
}
