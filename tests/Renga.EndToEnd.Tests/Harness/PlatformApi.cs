using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

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
