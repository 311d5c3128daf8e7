using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Renga.Api;
using Renga.Builds;
using Renga.Builds.Stacks;
using Renga.Dynos;
using Renga.Dynos.OneOff;
using Renga.Engines;
using Renga.Git;
using Renga.Git.Ssh;
using Renga.Logs;
using Renga.Model;
using Renga.Model.Logs;
using Renga.Model.Routing;
using Renga.Router;
using Renga.Server.Configuration;
using Renga.Server.Sockets;
using Renga.Storage;

namespace Renga.Server;

/// <summary>The one list of what a process is made of. Services start in this order and stop in the reverse of it.</summary>
internal static class Composition
{
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Ids>();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A streamed answer (a tail, a push) must not keep a stopping platform waiting.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        return builder;
    }

    /// <summary>Everything, or everything but the router.</summary>
    public static void AddControl(IServiceCollection services, ServerOptions options, PlatformFolder folder, EnginesOptions engine, X509Certificate2 certificate)
    {
        var routerHere = options.Roles.HasFlag(Roles.Router);

        // 1. Logs first: they stop last, so that the last lines count too.
        services.AddRengaLogs(new LogsOptions { Folder = folder.Logs });

        // 2. State.
        services.AddRengaStorage(new StorageOptions { DatabasePath = folder.Database, SecretKeyPath = folder.SecretKey, Domain = options.Domain });

        // 3. Dynos.
        services.AddRengaEngines(engine);
        services.AddRengaDynos(new DynosOptions(), new RendezvousOptions
        {
            Address = options.ApiAddress,
            Port = options.RendezvousPort,
            Certificate = () => certificate,
        });

        // 4. Stacks, builds and git.
        services.AddRengaStacks(StacksCommand.OptionsOf(folder.Root, useImages: engine.Kind == EngineKind.Runc));
        services.AddRengaBuilds(new BuildsOptions
        {
            SlugsFolder = folder.Slugs,
            CacheFolder = folder.Cache,
            OutputsFolder = folder.Builds,
            SourcesFolder = folder.Sources,
            RunFolder = folder.RunOf("builds"),
            BuildpacksFolder = Path.Combine(AppContext.BaseDirectory, "buildpacks"),
            RegistryFile = folder.Buildpacks,
            AppUrl = AppUrl(options, "{host}"),
            MaxParallel = options.Builds,
            Timeout = TimeSpan.FromMinutes(options.BuildMinutes),
            LocalBuildpackFolders = [.. options.LocalBuildpacks],
            Environment = options.BuildEnvironment.ToImmutableSortedDictionary(StringComparer.Ordinal),
        });
        services.AddRengaGit(new GitOptions
        {
            RepositoriesFolder = folder.Git,
            RunFolder = folder.RunOf("git"),
            Ssh = options.SshPort == 0 ? null : new SshOptions
            {
                Folder = folder.Ssh,
                RunFolder = folder.RunOf("ssh"),
                Address = options.ApiAddress,
                Port = options.SshPort,
                UserId = SshUserId(folder),
            },
        });

        // 5. The router, here or apart.
        if (routerHere)
        {
            services.AddRengaRouter(Router(options));
        }
        else
        {
            services.AddSingleton<IRouteDrain>(_ => new RemoteDrain(folder.RouterSocket));
            services.AddHostedService(s => new LogSocketReader(folder.LogSocket, s.GetRequiredService<ILogWriter>()));
        }

        services.AddRengaRouteFile(folder.Routes);

        // 6. The API.
        services.AddRengaApi(new ApiOptions
        {
            Domain = options.Domain,
            RouterPort = options.RouterPort,
            GitBaseUrl = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{options.ApiTlsPort}"),
        });
    }

    public static void MapControl(WebApplication app)
    {
        app.MapRengaLogs();
        app.MapRengaGit();
        app.MapRengaApi();
    }

    /// <summary>The router in a process of its own: routes from the file, lines to the socket, drain questions answered on its own socket.</summary>
    public static void AddRouterAlone(IServiceCollection services, ServerOptions options, PlatformFolder folder)
    {
        services.AddSingleton<ILogWriter>(_ => new LogSocketWriter(folder.LogSocket, TimeProvider.System));
        services.AddRengaRouteFileSource(folder.Routes);
        services.AddRengaRouter(Router(options));
    }

    public static void MapRouterAlone(WebApplication app) =>
        app.MapGet("/drain/{dynoId:guid}", static async (Guid dynoId, long ms, IRouteDrain drain, CancellationToken ct) =>
            await drain.WaitIdleAsync(dynoId, TimeSpan.FromMilliseconds(ms), ct) ? "idle" : "busy");

    /// <summary>One per platform, below the ids of dynos and above those of accounts.</summary>
    private static int SshUserId(PlatformFolder folder) => 0x0F000000 | (int.Parse(folder.PlatformId, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0xFFFFFF);

    private static RouterOptions Router(ServerOptions options) => new() { Address = options.RouterAddress, Port = options.RouterPort };

    /// <summary>Where an app is served, as its users type it.</summary>
    private static string AppUrl(ServerOptions options, string host) =>
        options.RouterPort == 80 ? $"http://{host}/" : string.Create(CultureInfo.InvariantCulture, $"http://{host}:{options.RouterPort}/");
}
