namespace Renga.Model;

/// <summary>The one source of identifiers: version 7 UUIDs, so that ids sort by creation time.</summary>
public sealed class Ids(TimeProvider time)
{
    public Guid New() => Guid.CreateVersion7(time.GetUtcNow());
}
