using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Storage.Builds;

namespace Renga.Api.Tests;

/// <summary>A slug compiler that records builds and does nothing else; a test says how they end.</summary>
internal sealed class FakeBuilds(BuildStore store) : IBuildService, IBuildOutputs, IBuildCaches
{
    public ConcurrentQueue<BuildRequest> Started { get; } = new();

    public ConcurrentQueue<Guid> Purged { get; } = new();

    /// <summary>What every build says.</summary>
    public string Output { get; set; } = "-----> Building\n       é\n";

    public Task<Result<BuildReport>> BuildAsync(BuildRequest request, IBuildOutput output, CancellationToken ct) => throw new NotSupportedException();

    public async Task<Result<Build>> StartAsync(BuildRequest request, CancellationToken ct)
    {
        Started.Enqueue(request);
        return await store.CreateAsync(request, ct);
    }

    public async Task<Result<Build>> CancelAsync(Guid appId, Guid buildId, CancellationToken ct)
    {
        if (await store.FindAsync(buildId, ct) is not { } build || build.AppId != appId)
            return Refusal.NotFound("build");
        if (build.Status != BuildStatus.Pending)
            return Refusal.Conflict("The build is over already.");
        await store.FailAsync(buildId, "The build was cancelled.", ct);
        return build;
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Guid appId, Guid buildId, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        yield return Encoding.UTF8.GetBytes(Output);
    }

    public long SizeOf(Guid appId) => 0;

    public void Purge(Guid appId) => Purged.Enqueue(appId);
}
