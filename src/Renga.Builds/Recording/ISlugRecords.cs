using Renga.Storage.Slugs;

namespace Renga.Builds.Recording;

/// <summary>What the slug store asks of the platform's state: which images are needed.</summary>
internal interface ISlugRecords
{
    Task<SlugInventory> ReadAsync(CancellationToken ct);

    Task<bool> NeedsAsync(string image, CancellationToken ct);

    /// <summary>Gives up slugs that no rollback within reach can need; returns how many.</summary>
    Task<int> CollectAsync(CancellationToken ct);

    /// <summary>Bytes of the images that only this app has, and of those that another has too.</summary>
    Task<(long Own, long Shared)> ReadUseAsync(Guid appId, CancellationToken ct);
}
