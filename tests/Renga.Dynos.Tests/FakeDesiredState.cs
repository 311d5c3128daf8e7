using System.Collections.Concurrent;
using System.Collections.Immutable;
using Renga.Model.Dynos;

namespace Renga.Dynos.Tests;

/// <summary>The database's view, set by the test.</summary>
internal sealed class FakeDesiredState : IDesiredState
{
    private readonly ConcurrentDictionary<Guid, DesiredApp> _apps = new();
    private int _failures;

    public void Set(DesiredApp app) => _apps[app.AppId] = app;

    public void Remove(Guid appId) => _apps.TryRemove(appId, out _);

    public DesiredApp? Get(Guid appId) => _apps.GetValueOrDefault(appId);

    public void FailNext(int count) => _failures = count;

    public async Task<ImmutableArray<DesiredApp>> ReadAllAsync(CancellationToken ct)
    {
        await Task.Yield();
        FailIfAsked();
        return [.. _apps.Values];
    }

    public async Task<DesiredApp?> ReadAsync(Guid appId, CancellationToken ct)
    {
        await Task.Yield();
        FailIfAsked();
        return Get(appId);
    }

    private void FailIfAsked()
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
            throw new IOException("the database is away, as the test wants");
        Interlocked.CompareExchange(ref _failures, 0, -1);
    }
}
