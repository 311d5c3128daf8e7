using Renga.Model.Accounts;

namespace Renga.Storage.Accounts;

/// <summary>An account that was just made, with its secrets. They are nowhere else: show or store them now.</summary>
public sealed record FirstAccount(Account Account, string Password, string Token);

/// <summary>A token that was just made. The token itself is nowhere else.</summary>
public sealed record IssuedToken(AccessToken Record, string Token);
