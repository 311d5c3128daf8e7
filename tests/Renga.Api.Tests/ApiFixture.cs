using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Model.Builds;
using Renga.Model.Buildpacks;
using Renga.Model.Dynos;
using Renga.Model.Keys;
using Renga.Model.Logs;
using Renga.Model.Slugs;
using Renga.Model.Stacks;
using Renga.Storage;
using Renga.Storage.Accounts;
using Renga.Storage.Releases;
using Renga.Testing;

namespace Renga.Api.Tests;

/// <summary>The API on a real socket over a real database, with fakes for what runs and logs.</summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    private readonly WebApplication _host;

    private ApiFixture(WebApplication host, Uri address)
    {
        _host = host;
        Address = address;
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Uri Address { get; private set; }

    public ManualTimeProvider Time { get; private init; } = null!;

    public FakeDynoManager Dynos { get; private init; } = null!;

    public FixedStacks Stacks { get; private init; } = null!;

    public FakeLogSessions LogSessions { get; private init; } = null!;

    public FakeAppResources Resources { get; private init; } = null!;

    public RecordingLogWriter Logs { get; private init; } = null!;

    public FakeBuilds Builds => Services.GetRequiredService<FakeBuilds>();

    public IServiceProvider Services => _host.Services;

    public FirstAccount Owner { get; private set; } = null!;

    public FirstAccount Stranger { get; private set; } = null!;

    /// <summary>Speaks for the owner.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static async Task<ApiFixture> StartAsync(Action<ApiOptions>? configure = null)
    {
        var folder = new TemporaryFolder();
        var options = new ApiOptions();
        configure?.Invoke(options);
        var time = new ManualTimeProvider();
        var (dynos, sessions, resources, logs) = (new FakeDynoManager(time), new FakeLogSessions(), new FakeAppResources(), new RecordingLogWriter());

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new TestLog(TestContext.Current.TestOutputHelper));
        builder.WebHost.UseKestrel(static kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IDynoManager>(dynos);
        var stacks = new FixedStacks();
        builder.Services.AddSingleton<IStacks>(stacks);
        builder.Services.AddSingleton<ILogSessions>(sessions);
        builder.Services.AddSingleton<ILogWriter>(logs);
        builder.Services.AddSingleton<IAppResources>(resources);
        builder.Services.AddSingleton<FakeBuilds>();
        builder.Services.AddSingleton<IBuildService>(static s => s.GetRequiredService<FakeBuilds>());
        builder.Services.AddSingleton<IBuildOutputs>(static s => s.GetRequiredService<FakeBuilds>());
        builder.Services.AddSingleton<IBuildCaches>(static s => s.GetRequiredService<FakeBuilds>());
        var archives = new FakeArchives(folder);
        builder.Services.AddSingleton<ISources>(archives);
        builder.Services.AddSingleton<ISlugArchives>(archives);
        builder.Services.AddSingleton<ISshKeyReader, FakeSshKeyReader>();
        builder.Services.AddSingleton<IBuildpackRegistry, FakeBuildpackRegistry>();
        builder.Services.AddRengaStorage(new StorageOptions { DatabasePath = folder["renga.db"], SecretKeyPath = folder["secret.key"] });
        builder.Services.AddRengaApi(options);
        var host = builder.Build();
        host.MapRengaApi();
        await host.Services.GetRequiredService<RengaDatabase>().PrepareAsync(Ct);
        await host.StartAsync(Ct);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        var fixture = new ApiFixture(host, new Uri(address)) { Time = time, Dynos = dynos, Stacks = stacks, LogSessions = sessions, Resources = resources, Logs = logs, Folder = folder };
        var accounts = host.Services.GetRequiredService<AccountStore>();
        fixture.Owner = (await accounts.EnsureFirstAccountAsync("owner@example.com", Ct))!;
        fixture.Stranger = (await accounts.CreateAsync("stranger@example.com", Ct)).Value;
        fixture.Client = fixture.ClientOf(fixture.Owner.Token);
        return fixture;
    }

    private TemporaryFolder Folder { get; init; } = null!;

    public HttpClient ClientOf(string? token)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/vnd.heroku+json; version=3");
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Sends as the owner and reads the answer; an unexpected status fails with the body.</summary>
    public async Task<JsonNode> SendAsync(string method, string path, int expected = 200, object? body = null, string? range = null, HttpClient? client = null) =>
        (await ExchangeAsync(method, path, expected, body, range, client)).Body;

    public async Task<(HttpResponseMessage Response, JsonNode Body)> ExchangeAsync(
        string method, string path, int expected = 200, object? body = null, string? range = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = body is string text ? new StringContent(text, MediaTypeHeaderValue.Parse("application/json")) : JsonContent.Create(body);
        if (range is not null)
            request.Headers.TryAddWithoutValidation("Range", range);
        var response = await (client ?? Client).SendAsync(request, Ct);
        var answer = await response.Content.ReadAsStringAsync(Ct);
        ((int)response.StatusCode).ShouldBe(expected, $"{method} {path}: {answer}");
        return (response, answer.Length == 0 ? new JsonObject() : JsonNode.Parse(answer)!);
    }

    public async Task<Guid> CreateAppAsync(string name = "example")
    {
        var app = await SendAsync("POST", "/apps", 201, new { name });
        return Guid.Parse((string)app["id"]!);
    }

    /// <summary>What a build does at its end.</summary>
    public Task<Slug> DeployAsync(Guid appId, params string[] types) => DeployOnAsync("host", appId, types);

    public async Task<Slug> DeployOnAsync(string stack, Guid appId, params string[] types)
    {
        var slug = new Slug
        {
            Id = Services.GetRequiredService<Ids>().New(),
            AppId = appId,
            Checksum = "SHA256:00",
            Image = Services.GetRequiredService<Ids>().New().ToString("N"),
            Size = 1_234_567,
            Commit = "193d14195f7b1b6a1a5d2f3f4f2b3c4d5e6f7a8b",
            Stack = stack,
            BuildpackProvidedDescription = "Node.js",
            ProcessTypes = types.ToDictionary(static t => t, static t => $"run-{t}"),
            CreatedAt = Time.GetUtcNow(),
            UpdatedAt = Time.GetUtcNow(),
        };
        (await Services.GetRequiredService<ReleaseStore>().DeployAsync(Owner.Account.Id, slug, null, Ct)).Refusal.ShouldBeNull();
        return slug;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        Folder.Dispose();
    }
}
