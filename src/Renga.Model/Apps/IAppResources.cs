namespace Renga.Model.Apps;

/// <summary>
/// What a component keeps for an app outside the database (repository, slugs, build cache, logs). The API calls every registered one after the
/// database has changed. Each call may come twice, and must then do nothing.
/// </summary>
public interface IAppResources
{
    /// <summary>The app was created. When this fails the app is taken back, and <see cref="DestroyedAsync"/> is called.</summary>
    Task CreatedAsync(App app, CancellationToken ct);

    /// <summary>The app has a new name; its id stays.</summary>
    Task RenamedAsync(App app, string oldName, CancellationToken ct);

    /// <summary>The app is gone, and with it the last use of these slug images: remove its files.</summary>
    Task DestroyedAsync(Guid appId, IReadOnlyList<string> slugImages, CancellationToken ct);
}
