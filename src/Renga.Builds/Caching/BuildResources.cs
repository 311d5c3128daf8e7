using Renga.Builds.Slugs;
using Renga.Model.Apps;

namespace Renga.Builds.Caching;

/// <summary>What the slug compiler keeps for an app: its cache and its slugs.</summary>
internal sealed class BuildResources(CacheStore caches, SlugStore slugs) : IAppResources
{
    public Task CreatedAsync(App app, CancellationToken ct) => Task.CompletedTask;

    public Task RenamedAsync(App app, string oldName, CancellationToken ct) => Task.CompletedTask;

    public Task DestroyedAsync(Guid appId, IReadOnlyList<Guid> slugIds, CancellationToken ct)
    {
        caches.Purge(appId);
        foreach (var slugId in slugIds)
            slugs.Delete(slugId);
        return Task.CompletedTask;
    }
}
