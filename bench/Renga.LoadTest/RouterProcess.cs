using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Renga.Model;
using Renga.Model.Logs;
using Renga.Model.Routing;
using Renga.Router;

namespace Renga.LoadTest;

/// <summary>The router in a process of its own, one app, one dyno; its lines go to a file, as the peers' do.</summary>
internal static class RouterProcess
{
    public static async Task<int> RunAsync(int port, int backend, string log, CancellationToken ct)
    {
        var dyno = new DynoEndpoint(Guid.CreateVersion7(), "web.1", new IPEndPoint(IPAddress.Loopback, backend));
        var app = new AppRoute { AppId = Guid.CreateVersion7(), AppName = "app", Hosts = ["app.localhost"], State = WebState.Up, Dynos = [dyno] };
        var snapshots = new Published<RouteSnapshot>(new RouteSnapshot([app]));
        await using var lines = new LineFile(log);
        await using var router = RouterHost.Create(
            new RouterOptions { Address = IPAddress.Loopback, Port = port, InFlightPerDyno = 10_000 }, snapshots, lines, TimeProvider.System, NullLoggerFactory.Instance);
        await router.StartAsync(ct);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
        return 0;
    }

    /// <summary>Collects lines in memory and writes them in blocks, as a buffered access log does.</summary>
    private sealed class LineFile(string path) : ILogWriter, IAsyncDisposable
    {
        private const int BlockSize = 64 * 1024;
        private readonly Lock _gate = new();
        private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 0);
        private readonly byte[] _block = new byte[BlockSize];
        private int _length;

        public void Write(Guid appId, in LogLine line)
        {
            lock (_gate)
            {
                if (_length + line.Text.Length + 64 > BlockSize)
                    Flush();
                line.Time.TryFormat(_block.AsSpan(_length), out var written, "O");
                _length += written;
                _length += Encoding.UTF8.GetBytes(" heroku[router]: ", _block.AsSpan(_length));
                _length += Encoding.UTF8.GetBytes(line.Text, _block.AsSpan(_length));
                _block[_length++] = (byte)'\n';
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (_gate)
                Flush();
            return _file.DisposeAsync();
        }

        private void Flush()
        {
            _file.Write(_block.AsSpan(0, _length));
            _length = 0;
        }
    }
}
