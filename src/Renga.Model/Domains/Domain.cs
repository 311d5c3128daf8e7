namespace Renga.Model.Domains;

/// <summary>A host name that the router answers for an app.</summary>
public sealed class Domain
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }

    /// <summary>Lower case, without port.</summary>
    public required string Hostname { get; init; }

    public required DomainKind Kind { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>Whether the platform gave the name (<c>app.domain</c>) or the user did.</summary>
public enum DomainKind
{
    Heroku,
    Custom,
}
