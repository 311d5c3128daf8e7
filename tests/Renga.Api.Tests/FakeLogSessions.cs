using System.Collections.Concurrent;
using Renga.Model.Logs;

namespace Renga.Api.Tests;

internal sealed class FakeLogSessions : ILogSessions
{
    public ConcurrentQueue<LogQuery> Opened { get; } = new();

    public ConcurrentQueue<Guid> Destroyed { get; } = new();

    public string Open(LogQuery query)
    {
        Opened.Enqueue(query);
        return $"/logs/secret-{Opened.Count}";
    }

    public void Destroy(Guid appId) => Destroyed.Enqueue(appId);
}
