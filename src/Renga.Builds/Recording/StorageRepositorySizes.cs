using Renga.Model.Apps;
using Renga.Storage.Apps;

namespace Renga.Builds.Recording;

/// <summary>Keeps what the git transport measures: it may not touch the database itself.</summary>
internal sealed class StorageRepositorySizes(AppStore apps) : IRepositorySizes
{
    // The app may be gone by now, which is no one's problem.
    public Task RecordAsync(Guid appId, long bytes, CancellationToken ct) => apps.UpdateAsync(appId, new AppChange { RepoSize = bytes }, ct);
}
