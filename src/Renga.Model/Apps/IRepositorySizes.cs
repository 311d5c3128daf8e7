namespace Renga.Model.Apps;

/// <summary>Where the git transport reports how large an app's repository is after a push.</summary>
public interface IRepositorySizes
{
    Task RecordAsync(Guid appId, long bytes, CancellationToken ct);
}
