namespace Renga.Model.Formation;

/// <summary>How many dynos of a process type an app wants, and how large.</summary>
public sealed class FormationEntry
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }

    /// <summary>The process type: <c>web</c>, <c>worker</c> ...</summary>
    public required string Type { get; init; }

    public required int Quantity { get; set; }

    /// <summary>The dyno size's name, as in <see cref="DynoSize.All"/>.</summary>
    public required string Size { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
}
