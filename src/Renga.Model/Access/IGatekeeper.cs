using Renga.Model.Accounts;
using Renga.Model.Apps;

namespace Renga.Model.Access;

/// <summary>The one authorization layer: every door (API, git, SSH, later the dashboard) asks here and nowhere else.</summary>
public interface IGatekeeper
{
    /// <summary>The account of a token, or <see cref="Refusal.Unauthorized"/>.</summary>
    Task<Result<Account>> AuthenticateAsync(string token, CancellationToken ct);

    /// <summary>The account of an e-mail and password, or <see cref="Refusal.Unauthorized"/>; takes equally long for a wrong password as for an unknown account.</summary>
    Task<Result<Account>> AuthenticateAsync(string email, string password, CancellationToken ct);

    /// <summary>The account that has the SSH key of this fingerprint (<c>SHA256:</c> and base64), or <see cref="Refusal.Unauthorized"/>.</summary>
    Task<Result<Account>> AuthenticateKeyAsync(string fingerprint, CancellationToken ct);

    /// <summary>The app by id or name, if the account may do this to it. An app that the account may not see is <see cref="RefusalKind.NotFound"/>, like one that is not there.</summary>
    Task<Result<App>> FindAppAsync(Account account, string appIdOrName, AppAction action, CancellationToken ct);
}

/// <summary>What one may do to an app.</summary>
public enum AppAction
{
    /// <summary>See it, its releases, logs and dynos.</summary>
    View,

    /// <summary>Push code, read the repository.</summary>
    Deploy,

    /// <summary>Change config, formation, domains, maintenance; run one-off dynos.</summary>
    Operate,

    /// <summary>Rename, transfer, destroy.</summary>
    Manage,
}
