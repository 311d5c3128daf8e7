using System.Collections.Concurrent;
using System.Collections.Immutable;
using Renga.Model;
using Renga.Model.Dynos;

namespace Renga.Builds.Tests;

/// <summary>Keeps who was to be looked at again; the compiler asks nothing else.</summary>
internal sealed class FakeDynoManager : IDynoManager
{
    public ConcurrentQueue<Guid> LookedAgain { get; } = new();

    public void LookAgain(Guid appId) => LookedAgain.Enqueue(appId);

    public ImmutableArray<DynoInfo> List(Guid appId) => [];

    public Task<Result<int>> RestartAsync(Guid appId, DynoSelector selector, CancellationToken ct) => throw new NotSupportedException();

    public Task<Result<int>> StopAsync(Guid appId, DynoSelector selector, CancellationToken ct) => throw new NotSupportedException();

    public Task<Result<DynoInfo>> RunAsync(OneOffRequest request, CancellationToken ct) => throw new NotSupportedException();
}
