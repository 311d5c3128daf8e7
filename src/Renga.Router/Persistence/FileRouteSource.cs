using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Model;
using Renga.Model.Routing;

namespace Renga.Router.Persistence;

/// <summary>
/// Publishes what <c>routes.json</c> says: before the router starts, and whenever the file changes. A notification only says "look again"; every two
/// seconds it looks anyway. A file that is missing or broken changes nothing.
/// </summary>
public sealed class FileRouteSource(string path, Published<RouteSnapshot> snapshots, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly ILogger _logger = loggers.CreateLogger("Renga.Router.RouteFile");
    private byte[] _last = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var notice = new SemaphoreSlim(0, 1);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        using var watcher = new FileSystemWatcher(folder, Path.GetFileName(path));
        watcher.Renamed += (_, _) => Notify(notice);
        watcher.Changed += (_, _) => Notify(notice);
        watcher.EnableRaisingEvents = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            Look();
            using var pause = new CancellationTokenSource(Pause, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stoppingToken);
            await notice.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look()
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.AsSpan().SequenceEqual(_last))
                return;
            _last = bytes;
            var snapshot = RouteFile.Parse(bytes);
            snapshots.Publish(snapshot);
            RouterLog.RoutesRead(_logger, snapshot.Apps.Length, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The control plane has not written it yet.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            RouterLog.RoutesUnusable(_logger, path, e);
        }
    }

    private static void Notify(SemaphoreSlim notice)
    {
        try
        {
            notice.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
    }
}
