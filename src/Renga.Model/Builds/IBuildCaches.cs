namespace Renga.Model.Builds;

/// <summary>What builds keep for the next build of the same app.</summary>
public interface IBuildCaches
{
    /// <summary>Bytes on the disk; 0 when the app has no cache.</summary>
    long SizeOf(Guid appId);

    /// <summary>Forgets the app's cache. A build that runs meanwhile goes on with its copy and keeps nothing. Nothing happens when there is none.</summary>
    void Purge(Guid appId);
}
