using Renga.Builds.Outputs;
using Renga.Builds.Slugs;
using Renga.Model.Apps;

namespace Renga.Builds.Caching;

/// <summary>What the slug compiler keeps for an app: its cache, its slugs and what its builds said.</summary>
internal sealed class BuildResources(CacheStore caches, SlugStore slugs, BuildOutputs outputs) : IAppResources
{
    public Task CreatedAsync(App app, CancellationToken ct) => Task.CompletedTask;

    public Task RenamedAsync(App app, string oldName, CancellationToken ct) => Task.CompletedTask;

    public Task DestroyedAsync(Guid appId, IReadOnlyList<string> slugImages, CancellationToken ct)
    {
        caches.Purge(appId);
        outputs.Remove(appId);
        foreach (var image in slugImages)
            slugs.Delete(image);
        return Task.CompletedTask;
    }
}
