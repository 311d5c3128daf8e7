namespace Renga.Model.Builds;

/// <summary>What builds said: kept while they run, so that one can come late, and for a while after, so that they can be read again.</summary>
public interface IBuildOutputs
{
    /// <summary>The output from its beginning in pieces, as it was written. Nothing when it is not kept any more.</summary>
    /// <param name="follow">Whether to go on, while the build runs, until it ends.</param>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Guid appId, Guid buildId, bool follow, CancellationToken ct);
}
