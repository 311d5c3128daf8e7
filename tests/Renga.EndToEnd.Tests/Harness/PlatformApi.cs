using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Renga.Testing;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>The Platform API for the parts of a scenario that the command line is not there to prove.</summary>
internal sealed class PlatformApi : IDisposable
{
    private readonly HttpClient _http;

    public PlatformApi(string url, string token)
    {
        _http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.heroku+json; version=3");
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken ct) => await SendAsync(HttpMethod.Get, path, null, ct);

    public async Task<JsonElement> PostAsync(string path, object? body, CancellationToken ct) => await SendAsync(HttpMethod.Post, path, body, ct);

    public async Task<JsonElement> PatchAsync(string path, object? body, CancellationToken ct) => await SendAsync(HttpMethod.Patch, path, body, ct);

    public async Task DeleteAsync(string path, CancellationToken ct) => await SendAsync(HttpMethod.Delete, path, null, ct);

    public Task CreateAppAsync(string name, CancellationToken ct) => PostAsync("/apps", new { name }, ct);

    public Task SetConfigAsync(string app, object vars, CancellationToken ct) => PatchAsync($"/apps/{app}/config-vars", vars, ct);

    public Task ScaleAsync(string app, string type, int quantity, CancellationToken ct) => PatchAsync($"/apps/{app}/formation/{type}", new { quantity }, ct);

    /// <summary>The app's dynos as <c>name state</c>, sorted.</summary>
    public async Task<string[]> DynosAsync(string app, CancellationToken ct) =>
        [.. (await GetAsync($"/apps/{app}/dynos", ct)).EnumerateArray().Select(static d => $"{d.GetProperty("name").GetString()} {d.GetProperty("state").GetString()}").Order(StringComparer.Ordinal)];

    /// <summary>The descriptions of the app's releases, newest last.</summary>
    public async Task<string[]> ReleasesAsync(string app, CancellationToken ct) =>
        [.. (await GetAsync($"/apps/{app}/releases", ct)).EnumerateArray().OrderBy(static r => r.GetProperty("version").GetInt32()).Select(static r => $"v{r.GetProperty("version").GetInt32()} {r.GetProperty("description").GetString()}")];

    /// <summary>The app's last lines, as the stream shows them.</summary>
    public async Task<string> LogsAsync(string app, CancellationToken ct)
    {
        var session = await PostAsync($"/apps/{app}/log-sessions", new { lines = 1500, tail = false }, ct);
        using var anyone = new HttpClient();
        return await anyone.GetStringAsync(new Uri(session.GetProperty("logplex_url").GetString()!), ct);
    }

    /// <summary>Follows the app's stream until it has said each of these; the failure shows the stream.</summary>
    public async Task SaysAsync(string app, TimeSpan? limit, CancellationToken ct, params string[] texts)
    {
        var session = await PostAsync($"/apps/{app}/log-sessions", new { lines = 1500, tail = true }, ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(limit ?? TimeSpan.FromSeconds(30));
        var missing = texts.ToHashSet();
        var seen = new StringBuilder();
        try
        {
            using var anyone = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            using var reader = new StreamReader(await anyone.GetStreamAsync(new Uri(session.GetProperty("logplex_url").GetString()!), end.Token));
            while (missing.Count > 0 && await reader.ReadLineAsync(end.Token) is { } line)
            {
                seen.AppendLine(line);
                missing.RemoveWhere(t => line.Contains(t, StringComparison.Ordinal));
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Told below.
        }

        missing.ShouldBeEmpty($"the stream of {app} was:\n{seen}");
    }

    /// <summary>Waits until the app has exactly these dynos, as <c>name state</c>.</summary>
    public Task HasDynosAsync(string app, CancellationToken ct, params string[] expected) =>
        Eventually.HoldsAsync(
            $"{app} to have {string.Join(", ", expected)}",
            async token =>
            {
                var dynos = await DynosAsync(app, token);
                if (dynos.SequenceEqual(expected))
                    return true;

                // The API allows so many calls an hour.
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, token);
                throw new InvalidOperationException(string.Join(", ", dynos));
            },
            ct,
            TimeSpan.FromMinutes(2));

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        // Config var names are what they are: no naming policy.
        if (body is not null)
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Default);
        using var response = await _http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        if (!response.IsSuccessStatusCode)
            throw new ApiRefusedException((int)response.StatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}

/// <summary>The API said no.</summary>
internal sealed class ApiRefusedException(int status, string message) : Exception(message)
{
    public int Status => status;
}
