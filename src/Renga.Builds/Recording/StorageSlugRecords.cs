using System.Collections.Immutable;
using Renga.Model.Dynos;
using Renga.Storage.Slugs;

namespace Renga.Builds.Recording;

/// <summary>The platform's database, as the slug store needs it.</summary>
internal sealed class StorageSlugRecords(SlugRetention retention, IDynoManager dynos, BuildsOptions options, TimeProvider time) : ISlugRecords
{
    public Task<SlugInventory> ReadAsync(CancellationToken ct) => retention.ReadAsync(ct);

    public Task<bool> NeedsAsync(string image, CancellationToken ct) => retention.NeedsAsync(image, ct);

    public Task<int> CollectAsync(CancellationToken ct) =>
        retention.CollectAsync(options.KeptReleases, time.GetUtcNow() - options.UnreleasedSlugAge, app => dynos.List(app).Select(static d => d.ReleaseId).ToImmutableHashSet(), ct);

    public Task<(long Own, long Shared)> ReadUseAsync(Guid appId, CancellationToken ct) => retention.ReadUseAsync(appId, ct);
}
