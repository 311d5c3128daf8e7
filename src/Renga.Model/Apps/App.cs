namespace Renga.Model.Apps;

/// <summary>An app: the unit that is pushed to, released, scaled and routed to.</summary>
public sealed class App
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required Guid OwnerId { get; set; }

    /// <summary>The stack that the next build uses. What runs is on the stack that it was built on.</summary>
    public required string Stack { get; set; }

    /// <summary>True while the router answers every request with the maintenance page (H80).</summary>
    public bool Maintenance { get; set; }

    /// <summary>What the last buildpack said it found ("Node.js"); null before the first build.</summary>
    public string? BuildpackProvidedDescription { get; set; }

    /// <summary>Bytes of the git repository after the last push.</summary>
    public long RepoSize { get; set; }

    /// <summary>Bytes of the last slug.</summary>
    public long SlugSize { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When code was last released; null before the first deploy.</summary>
    public DateTimeOffset? ReleasedAt { get; set; }
}
