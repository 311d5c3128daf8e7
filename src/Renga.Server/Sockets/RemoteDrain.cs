using System.Globalization;
using System.Net.Sockets;
using Renga.Model.Routing;

namespace Renga.Server.Sockets;

/// <summary>On the control side: asks a router that runs apart whether a dyno has requests in flight. A router that is away has none.</summary>
internal sealed class RemoteDrain(string path) : IRouteDrain, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://router"), Timeout = Timeout.InfiniteTimeSpan };

    public async Task<bool> WaitIdleAsync(Guid dynoId, TimeSpan deadline, CancellationToken ct)
    {
        try
        {
            var answer = await _http.GetStringAsync(new Uri($"/drain/{dynoId}?ms={((long)deadline.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}", UriKind.Relative), ct);
            return answer == "idle";
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    public void Dispose() => _http.Dispose();
}
