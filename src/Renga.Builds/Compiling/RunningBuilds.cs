using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Renga.Builds.Compiling;

/// <summary>The builds that run in this process, and how to end one. When the platform stops they all end.</summary>
internal sealed class RunningBuilds : IHostedService
{
    public const string Cancelled = "The build was cancelled.";
    private const string Stopping = "The platform stopped during the build.";

    private readonly ConcurrentDictionary<Guid, RunningBuild> _builds = new();

    /// <summary>A build that begins. Disposing says that it is over and recorded.</summary>
    public RunningBuild Enter(Guid appId, Guid buildId, CancellationToken ct)
    {
        var build = new RunningBuild(appId, () => _builds.TryRemove(buildId, out _), ct);
        _builds[buildId] = build;
        return build;
    }

    /// <summary>Tells a build to end, and waits until it has; false when there is none.</summary>
    public async Task<bool> CancelAsync(Guid appId, Guid buildId, CancellationToken ct)
    {
        if (!_builds.TryGetValue(buildId, out var build) || build.AppId != appId)
            return false;
        build.Cancel(Cancelled);
        await build.Over.WaitAsync(ct);
        return true;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var all = _builds.Values.ToArray();
        foreach (var build in all)
            build.Cancel(Stopping);
        await Task.WhenAll(all.Select(static b => b.Over)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>One of them.</summary>
internal sealed class RunningBuild(Guid appId, Action leave, CancellationToken ct) : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(ct);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid AppId { get; } = appId;

    /// <summary>Cancelled when it must end.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Why it was told to end, in a sentence; when its caller has gone, nobody said.</summary>
    public string Reason { get; private set; } = RunningBuilds.Cancelled;

    /// <summary>Completes when it is over.</summary>
    public Task Over => _over.Task;

    public void Cancel(string reason)
    {
        try
        {
            if (!_end.IsCancellationRequested)
                Reason = reason;
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public void Dispose()
    {
        _end.Dispose();
        leave();
        _over.TrySetResult();
    }
}
