using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Renga.Model.Logs;
using Renga.Testing;

namespace Renga.Logs.Tests;

/// <summary>The log fabric in a real web server on a free port.</summary>
internal sealed class RunningLogs : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningLogs(WebApplication app) => _app = app;

    public LogFabric Fabric => _app.Services.GetRequiredService<LogFabric>();

    public LogHistory History => _app.Services.GetRequiredService<LogHistory>();

    public LogSessionTable Sessions => _app.Services.GetRequiredService<LogSessionTable>();

    public ILogWriter Writer => Fabric;

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<RunningLogs> StartAsync(LogsOptions options, CancellationToken ct, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRengaLogs(options);
        if (time is not null)
            builder.Services.Replace(ServiceDescriptor.Singleton(time));
        var app = builder.Build();
        app.MapRengaLogs();
        await app.StartAsync(ct);
        return new RunningLogs(app);
    }

    public static Task<RunningLogs> StartAsync(TemporaryFolder folder, CancellationToken ct) => StartAsync(new LogsOptions { Folder = folder.Path }, ct);

    public string Open(Guid app, int lines = 1500, bool tail = false, string? source = null, string? process = null) =>
        ((ILogSessions)Fabric).Open(new LogQuery { AppId = app, Lines = lines, Tail = tail, Source = source, Process = process });

    public Task<RawResponse> GetAsync(string path, CancellationToken ct, params string[] headers) => RawResponse.GetAsync(Port, path, headers, null, ct);

    /// <summary>A whole non-tail stream: what came after the head, without chunk framing.</summary>
    public async Task<string> ReadAllAsync(string path, CancellationToken ct, params string[] headers)
    {
        using var response = await GetAsync(path, ct, headers);
        return await response.ReadToEndAsync(ct);
    }

    /// <summary>The texts of a non-tail stream of plain lines.</summary>
    public async Task<string[]> TextsAsync(string path, CancellationToken ct) =>
        [.. (await ReadAllAsync(path, ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l[(l.IndexOf("]: ", StringComparison.Ordinal) + 3)..])];

    public void Say(Guid app, string text, string process = "web.1", string source = LogSource.App) =>
        Writer.Write(app, new LogLine(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, 901, TimeSpan.Zero), source, process, text));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
