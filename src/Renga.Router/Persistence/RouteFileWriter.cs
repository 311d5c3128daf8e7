using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Model;
using Renga.Model.Routing;

namespace Renga.Router.Persistence;

/// <summary>Writes each route snapshot to the file, the latest only when several come at once. The only writer of that file.</summary>
public sealed class RouteFileWriter(string path, Published<RouteSnapshot> snapshots, ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger _logger = loggers.CreateLogger("Renga.Router.RouteFile");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The empty snapshot that the process starts with says nothing; the file of the run before says more.
        RouteSnapshot? written = RouteSnapshot.Empty;
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = snapshots.Changed;
            var snapshot = snapshots.Current;
            if (!ReferenceEquals(snapshot, written))
            {
                written = Write(snapshot) ? snapshot : written;
            }

            await changed.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Write(RouteSnapshot snapshot)
    {
        try
        {
            RouteFile.Write(path, RouteFile.Format(snapshot));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RouterLog.RoutesNotWritten(_logger, path, e);
            return false;
        }
    }
}
