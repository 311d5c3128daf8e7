using System.Collections.Concurrent;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Accounts;
using Renga.Model.Apps;

namespace Renga.Git.Tests;

/// <summary>One account, whose token is <see cref="Token"/>, and the apps that a test adds.</summary>
internal sealed class FakeGatekeeper : IGatekeeper
{
    public const string Token = "11111111-2222-3333-4444-555555555555";

    private readonly ConcurrentDictionary<string, App> _apps = new();

    public Account Account { get; } = new()
    {
        Id = Guid.CreateVersion7(),
        Email = "dev@example.com",
        PasswordHash = "",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    public App Add(string name) => _apps[name] = new App
    {
        Id = Guid.CreateVersion7(),
        Name = name,
        OwnerId = Account.Id,
        Stack = "host",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    public Task<Result<Account>> AuthenticateAsync(string token, CancellationToken ct) =>
        Task.FromResult<Result<Account>>(token == Token ? Account : Refusal.Unauthorized);

    public Task<Result<Account>> AuthenticateAsync(string email, string password, CancellationToken ct) =>
        Task.FromResult<Result<Account>>(Refusal.Unauthorized);

    /// <summary>Fingerprints of the account's keys.</summary>
    public ConcurrentDictionary<string, bool> Keys { get; } = new();

    public Task<Result<Account>> AuthenticateKeyAsync(string fingerprint, CancellationToken ct) =>
        Task.FromResult<Result<Account>>(Keys.ContainsKey(fingerprint) ? Account : Refusal.Unauthorized);

    public Task<Result<App>> FindAppAsync(Account account, string appIdOrName, AppAction action, CancellationToken ct) =>
        Task.FromResult<Result<App>>(_apps.TryGetValue(appIdOrName, out var app) ? app : Refusal.NotFound("app"));
}
