using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Apps;
using Renga.Model.Builds;
using Renga.Testing;

namespace Renga.Git.Tests;

/// <summary>The real transport on a real port, with a fake compiler behind it.</summary>
internal sealed class GitHost : IAsyncDisposable
{
    private readonly WebApplication _web;

    private GitHost(TemporaryFolder folder, WebApplication web, FakeGatekeeper gatekeeper, FakeBuildService builds, RecordingSizes sizes)
    {
        (Folder, _web, Gatekeeper, Builds, Sizes) = (folder, web, gatekeeper, builds, sizes);
        Url = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public TemporaryFolder Folder { get; }

    public string Url { get; }

    public FakeGatekeeper Gatekeeper { get; }

    public FakeBuildService Builds { get; }

    public RecordingSizes Sizes { get; }

    public string RunFolder => Folder["run"];

    public IAppResources Resources => _web.Services.GetRequiredService<IAppResources>();

    public static async Task<GitHost> StartAsync(Func<GitOptions, GitOptions>? change = null)
    {
        var folder = new TemporaryFolder();
        var options = new GitOptions { RepositoriesFolder = folder["git"], RunFolder = folder["run"] };
        var (gatekeeper, builds, sizes) = (new FakeGatekeeper(), new FakeBuildService(), new RecordingSizes());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<Ids>();
        builder.Services.AddSingleton<IGatekeeper>(gatekeeper).AddSingleton<IBuildService>(builds).AddSingleton<IRepositorySizes>(sizes);
        builder.Services.AddRengaGit(change?.Invoke(options) ?? options);
        var web = builder.Build();
        web.MapRengaGit();
        await web.StartAsync();
        return new GitHost(folder, web, gatekeeper, builds, sizes);
    }

    public Task StopAsync() => _web.StopAsync();

    public string AppUrl(string app, string token = FakeGatekeeper.Token) => $"{Url.Replace("http://", $"http://x:{token}@", StringComparison.Ordinal)}/{app}.git";

    public string Repository(App app) => Path.Combine(Folder["git"], $"{app.Id:D}.git");

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Keeps what was reported.</summary>
    internal sealed class RecordingSizes : IRepositorySizes
    {
        public ConcurrentDictionary<Guid, long> Bytes { get; } = new();

        public Task RecordAsync(Guid appId, long bytes, CancellationToken ct)
        {
            Bytes[appId] = bytes;
            return Task.CompletedTask;
        }
    }
}
