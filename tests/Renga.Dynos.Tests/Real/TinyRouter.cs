using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Renga.Model;
using Renga.Model.Routing;

namespace Renga.Dynos.Tests.Real;

/// <summary>As little of a router as shows whether a request fails: takes a dyno of the snapshot, holds while there is none, counts what is in flight.</summary>
internal sealed class TinyRouter(Published<RouteSnapshot> routes) : IRouteDrain
{
    private readonly ConcurrentDictionary<Guid, int> _inFlight = new();

    /// <summary>The body of the answer; an exception is a failed request.</summary>
    public async Task<string> GetAsync(Guid appId, string path, CancellationToken ct)
    {
        while (true)
        {
            var changed = routes.Changed;
            if (routes.Current.Apps.FirstOrDefault(r => r.AppId == appId) is not { Dynos: [_, ..] dynos })
            {
                await changed.WaitAsync(TimeSpan.FromSeconds(75), ct);
                continue;
            }

            var dyno = dynos[Random.Shared.Next(dynos.Length)];
            _inFlight.AddOrUpdate(dyno.Id, 1, static (_, n) => n + 1);
            try
            {
                // It may have left the snapshot before it was counted.
                if (routes.Current.Apps.Any(r => r.Dynos.Contains(dyno)))
                    return await SendAsync(dyno, path, ct);
            }
            finally
            {
                _inFlight.AddOrUpdate(dyno.Id, 0, static (_, n) => n - 1);
            }
        }
    }

    public async Task<bool> WaitIdleAsync(Guid dynoId, TimeSpan deadline, CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (_inFlight.GetValueOrDefault(dynoId) > 0)
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, ct);
        }

        return true;
    }

    private static async Task<string> SendAsync(DynoEndpoint dyno, string path, CancellationToken ct)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(dyno.Address, ct);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\n\r\n"), ct);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(ct);
        var body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return answer.StartsWith("HTTP/1.0 200", StringComparison.Ordinal) && body > 0
            ? answer[(body + 4)..].Trim()
            : throw new IOException($"{dyno.Name} answered \"{answer}\"");
    }
}
