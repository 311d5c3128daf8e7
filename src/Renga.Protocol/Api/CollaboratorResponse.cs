namespace Renga.Protocol.Api;

/// <summary>Schema: collaborator.</summary>
public sealed record CollaboratorResponse
{
    public required NamedReference App { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required Guid Id { get; init; }

    /// <summary><c>owner</c>, <c>admin</c>, <c>member</c>, <c>collaborator</c>.</summary>
    public required string Role { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
    public required CollaboratorUser User { get; init; }
}

public sealed record CollaboratorUser(Guid Id, string Email, bool Federated);
