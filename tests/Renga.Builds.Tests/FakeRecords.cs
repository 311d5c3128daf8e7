using System.Collections.Concurrent;
using System.Collections.Immutable;
using Renga.Builds.Recording;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Model.Slugs;
using Renga.Storage.Slugs;

namespace Renga.Builds.Tests;

/// <summary>The platform's state for one app, in memory.</summary>
internal sealed class FakeRecords : IBuildRecords, ISlugRecords
{
    private int _version = 1;

    public BuildSubject Subject { get; set; } = new("ronin", "host", "ronin.localhost", ImmutableSortedDictionary<string, string>.Empty, []);

    public ConcurrentDictionary<Guid, Build> Builds { get; } = new();

    public ConcurrentQueue<Slug> Deployed { get; } = new();

    /// <summary>The config vars that the last deploy brought along.</summary>
    public IReadOnlyDictionary<string, string> Defaults { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The app is destroyed while it is being built.</summary>
    public bool AppIsGoneAtDeploy { get; set; }

    public Task<Result<BuildSubject>> ReadAsync(Guid appId, CancellationToken ct) => Task.FromResult<Result<BuildSubject>>(Subject);

    public Task<Result<Build>> BeginAsync(BuildRequest request, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var build = new Build { Id = Guid.CreateVersion7(), AppId = request.AppId, AccountId = request.AccountId, Stack = Subject.Stack, Commit = request.Commit, CreatedAt = now, UpdatedAt = now };
        Builds[build.Id] = build;
        return Task.FromResult<Result<Build>>(build);
    }

    public Task<Build?> FindAsync(Guid appId, Guid buildId, CancellationToken ct) =>
        Task.FromResult(Builds.TryGetValue(buildId, out var build) && build.AppId == appId ? build : null);

    public Task FailAsync(Guid buildId, string reason, CancellationToken ct)
    {
        Builds[buildId].Status = BuildStatus.Failed;
        Builds[buildId].FailureReason = reason;
        return Task.CompletedTask;
    }

    public Task<Result<ReleasedBuild>> DeployAsync(Guid accountId, Slug slug, Guid buildId, IReadOnlyDictionary<string, string> defaults, CancellationToken ct)
    {
        if (AppIsGoneAtDeploy)
            return Task.FromResult<Result<ReleasedBuild>>(Refusal.NotFound("app"));
        Deployed.Enqueue(slug);
        Defaults = defaults;
        Subject = Subject with { LastSlugBytes = slug.Size };
        Builds[buildId].Status = BuildStatus.Succeeded;
        return Task.FromResult<Result<ReleasedBuild>>(new ReleasedBuild(Interlocked.Increment(ref _version), $"Deploy {slug.Commit?[..8]}"));
    }

    /// <summary>Apps that there are, as the collector sees it.</summary>
    public ConcurrentDictionary<Guid, bool> Apps { get; } = new();

    public Task<SlugInventory> ReadAsync(CancellationToken ct) =>
        Task.FromResult(new SlugInventory(Apps.Keys.ToHashSet(), Deployed.Where(static s => s.DeletedAt is null).ToDictionary(static s => s.Id, static s => s.Image!)));

    public Task<bool> NeedsAsync(string image, CancellationToken ct) => Task.FromResult(Deployed.Any(s => s.Image == image && s.DeletedAt is null));

    public Task<int> CollectAsync(CancellationToken ct) => Task.FromResult(0);

    public Task<(long Own, long Shared)> ReadUseAsync(Guid appId, CancellationToken ct) => throw new NotSupportedException();
}
