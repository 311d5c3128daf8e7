namespace Renga.Model.Accounts;

/// <summary>A person, or a program, that signs in.</summary>
public sealed class Account
{
    public required Guid Id { get; init; }
    public required string Email { get; set; }
    public string? Name { get; set; }

    /// <summary>A salted, slow hash; never the password.</summary>
    public required string PasswordHash { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? LastLogin { get; set; }
}
