using Microsoft.Extensions.DependencyInjection;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Apps;
using Renga.Model.Builds;
using Renga.Model.Dynos;
using Renga.Model.Slugs;
using Renga.Storage.Accounts;
using Renga.Storage.Apps;
using Renga.Storage.Builds;
using Renga.Storage.Formation;
using Renga.Storage.Releases;
using Renga.Testing;

namespace Renga.Storage.Tests;

/// <summary>The real stores over a real file, which can be closed and opened again as a restart does.</summary>
internal sealed class StorageFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServiceProvider _services = null!;

    public ManualTimeProvider Time { get; } = new();

    public string DatabasePath => _folder["renga.db"];

    public string KeyPath => _folder["secret.key"];

    public Ids Ids => Get<Ids>();

    public ReleaseStore Releases => Get<ReleaseStore>();

    public AppStore Apps => Get<AppStore>();

    public FormationStore Formation => Get<FormationStore>();

    public BuildStore Builds => Get<BuildStore>();

    public AccountStore Accounts => Get<AccountStore>();

    public IGatekeeper Gatekeeper => Get<IGatekeeper>();

    public IDesiredState Desired => Get<IDesiredState>();

    public static async Task<StorageFixture> StartAsync()
    {
        var fixture = new StorageFixture();
        await fixture.OpenAsync("localhost");
        return fixture;
    }

    public async Task ReopenAsync(string domain = "localhost")
    {
        await _services.DisposeAsync();
        await OpenAsync(domain);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<(Guid AccountId, App App)> AppAsync(string name = "example")
    {
        var first = await Accounts.CreateAsync($"{name}@example.com", TestContext.Current.CancellationToken);
        var app = await Apps.CreateAsync(first.Value.Account.Id, name, "host", TestContext.Current.CancellationToken);
        return (first.Value.Account.Id, app.Value);
    }

    public static BuildRequest Request(Guid appId, Guid accountId) =>
        new() { AppId = appId, AccountId = accountId, AccountEmail = "dev@example.com", Source = new BuildSource.Archive("/nowhere", []), Commit = "abc" };

    public Slug Slug(Guid appId, params string[] types) => new()
    {
        Id = Ids.New(),
        AppId = appId,
        Checksum = "SHA256:00",
        Image = Ids.New().ToString("N"),
        Size = 1000,
        Commit = "193d14195f7b1b6a1a5d2f3f4f2b3c4d5e6f7a8b",
        Stack = "host",
        ProcessTypes = types.ToDictionary(static t => t, static t => $"run-{t}"),
        CreatedAt = Time.GetUtcNow(),
        UpdatedAt = Time.GetUtcNow(),
    };

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync(string domain)
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddRengaStorage(new StorageOptions { DatabasePath = DatabasePath, SecretKeyPath = KeyPath, Domain = domain })
            .BuildServiceProvider();
        await Get<RengaDatabase>().PrepareAsync(TestContext.Current.CancellationToken);
    }
}
