using System.Net;

namespace Renga.Dynos.Running;

/// <summary>Asks whether something accepts connections.</summary>
internal interface IPortProbe
{
    Task<bool> AcceptsAsync(IPEndPoint endpoint, CancellationToken ct);
}
