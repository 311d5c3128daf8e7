using Microsoft.Extensions.Logging;
using Renga.Model.Apps;

namespace Renga.Api.Apps;

/// <summary>Calls every <see cref="IAppResources"/>. Never cancelled: the database has changed already.</summary>
internal sealed class AppResources(IEnumerable<IAppResources> all, ILogger<AppResources> logger)
{
    /// <summary>False when one of them could not make room.</summary>
    public async Task<bool> CreatedAsync(App app)
    {
        try
        {
            foreach (var resources in all)
                await resources.CreatedAsync(app, CancellationToken.None);
            return true;
        }
        catch (Exception e)
        {
            logger.AppTakenBack(e, app.Id);
            return false;
        }
    }

    public Task RenamedAsync(App app, string oldName) => EachAsync(app.Id, resources => resources.RenamedAsync(app, oldName, CancellationToken.None));

    public Task DestroyedAsync(Guid appId, IReadOnlyList<string> slugImages) =>
        EachAsync(appId, resources => resources.DestroyedAsync(appId, slugImages, CancellationToken.None));

    private async Task EachAsync(Guid appId, Func<IAppResources, Task> call)
    {
        foreach (var resources in all)
        {
            try
            {
                await call(resources);
            }
            catch (Exception e)
            {
                logger.ResourceFailed(e, appId);
            }
        }
    }
}
