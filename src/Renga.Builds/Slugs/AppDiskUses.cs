using Renga.Builds.Recording;
using Renga.Model.Apps;
using Renga.Model.Builds;

namespace Renga.Builds.Slugs;

/// <summary>Counts what an app's slugs and cache take on the disk.</summary>
internal sealed class AppDiskUses(ISlugRecords records, IBuildCaches caches) : IAppDiskUse
{
    public async Task<AppDiskUse> ReadAsync(Guid appId, CancellationToken ct)
    {
        var (own, shared) = await records.ReadUseAsync(appId, ct);
        return new AppDiskUse(own, shared, caches.SizeOf(appId));
    }
}
