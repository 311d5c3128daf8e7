namespace Renga.Protocol.Api;

/// <summary>Schema: app.</summary>
public sealed record AppResponse
{
    public bool Acm { get; init; }
    public DateTimeOffset? ArchivedAt { get; init; }
    public required NamedReference BuildStack { get; init; }
    public string? BuildpackProvidedDescription { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The platform generation whose habits it has: slugs, Procfile and <c>web.1</c> are <c>cedar</c>.</summary>
    public string Generation { get; init; } = "cedar";

    public required string GitUrl { get; init; }
    public required Guid Id { get; init; }
    public bool? InternalRouting { get; init; } = false;
    public required bool Maintenance { get; init; }
    public required string Name { get; init; }
    public NamedReference? Organization { get; init; }
    public required AccountReference Owner { get; init; }
    public required NamedReference Region { get; init; }
    public DateTimeOffset? ReleasedAt { get; init; }
    public required long? RepoSize { get; init; }
    public required long? SlugSize { get; init; }
    public NamedReference? Space { get; init; }
    public required NamedReference Stack { get; init; }
    public NamedReference? Team { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string WebUrl { get; init; }
}

/// <summary>POST /apps. Without a name one is made up.</summary>
public sealed record CreateAppRequest(string? Name, string? Region, string? Stack);

/// <summary>PATCH /apps/{app}. What is absent stays.</summary>
public sealed record UpdateAppRequest(string? Name, bool? Maintenance, string? BuildStack);
