namespace Renga.Model.Apps;

/// <summary>How much disk an app takes.</summary>
public interface IAppDiskUse
{
    Task<AppDiskUse> ReadAsync(Guid appId, CancellationToken ct);
}

/// <summary>Bytes that an app takes. The repository's are in <see cref="App.RepoSize"/>.</summary>
/// <param name="OwnSlugs">Slug images that no other app has: what its destruction gives back.</param>
/// <param name="SharedSlugs">Slug images that another app has too.</param>
/// <param name="Cache">The build cache.</param>
public sealed record AppDiskUse(long OwnSlugs, long SharedSlugs, long Cache);
