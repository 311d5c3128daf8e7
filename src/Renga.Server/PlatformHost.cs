using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Renga.Server.Configuration;
using Renga.Server.FirstRun;
using Renga.Storage;

namespace Renga.Server;

/// <summary>The life of one <c>rengad</c> process.</summary>
internal static class PlatformHost
{
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken ct)
    {
        var folder = new PlatformFolder(options.DataFolder);
        return options.Roles == Roles.Router
            ? await RunRouterAsync(options, folder, ct)
            : await RunControlAsync(options, folder, ct);
    }

    private static async Task<int> RunControlAsync(ServerOptions options, PlatformFolder folder, CancellationToken ct)
    {
        // 1. One process per data folder.
        using var claim = ProcessClaim.Take(folder, "rengad");
        if (claim is null)
            return Fail($"another rengad is running with {folder.Root}");

        // 2. Certificates, before anything listens.
        var authority = new CertificateAuthority(folder.Certificates, TimeProvider.System);
        var certificate = authority.EnsureCertificate(["localhost", options.Domain], [IPAddress.Loopback, IPAddress.IPv6Loopback, .. Named(options.ApiAddress)]);

        // 3. Compose, on the engine that this machine allows.
        if (!(await EngineChoice.DecideAsync(options, folder, ct)).TryGet(out var engine, out var refusal))
            return Fail(refusal.Message);
        if (engine.Warning is not null)
            Console.Error.WriteLine($" !    {engine.Warning}");
        var builder = Composition.CreateBuilder();
        Composition.AddControl(builder.Services, options, folder, engine.Options, certificate);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(options.ApiAddress, options.ApiPort, static l => l.Protocols = HttpProtocols.Http1);
            kestrel.Listen(options.ApiAddress, options.ApiTlsPort, l => l.UseHttps(certificate));
        });
        await using var app = builder.Build();
        Composition.MapControl(app);

        // 4. State and the first account, before the first request.
        await app.Services.GetRequiredService<RengaDatabase>().PrepareAsync(ct);
        await FirstAccountFile.EnsureAsync(app.Services, options, folder, authority.BundleFile, ct);

        // 5. Serve until told to stop. Dynos go on.
        return await ServeAsync(app, ct);
    }

    private static async Task<int> RunRouterAsync(ServerOptions options, PlatformFolder folder, CancellationToken ct)
    {
        using var claim = ProcessClaim.Take(folder, "router");
        if (claim is null)
            return Fail($"another router is running with {folder.Root}");
        var builder = Composition.CreateBuilder();
        Composition.AddRouterAlone(builder.Services, options, folder);
        var socket = folder.RouterSocket;
        File.Delete(socket);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        await using var app = builder.Build();
        Composition.MapRouterAlone(app);
        return await ServeAsync(app, ct);
    }

    private static async Task<int> ServeAsync(WebApplication app, CancellationToken ct)
    {
        try
        {
            await app.RunAsync(ct);
            return 0;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Fail($"{e.Message} Choose other ports with --api-port and --router-port.");
        }
    }

    private static IEnumerable<IPAddress> Named(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || IPAddress.IsLoopback(address) ? [] : [address];

    private static int Fail(string message)
    {
        Console.Error.WriteLine($" !    {message}");
        return 1;
    }
}
