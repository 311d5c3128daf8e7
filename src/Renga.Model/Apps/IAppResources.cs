namespace Renga.Model.Apps;

/// <summary>
/// What a component keeps for an app besides rows of the database (a repository, a build cache, slug images). The API calls every implementation after the rows
/// have changed. All three may be called again after a crash, so each is idempotent.
/// </summary>
public interface IAppResources
{
    Task CreatedAsync(App app, CancellationToken ct);

    Task RenamedAsync(App app, CancellationToken ct);

    Task DestroyedAsync(Guid appId, IReadOnlyList<Guid> slugIds, CancellationToken ct);
}
