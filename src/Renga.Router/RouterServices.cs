using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renga.Model;
using Renga.Model.Logs;
using Renga.Model.Routing;
using Renga.Router.Persistence;

namespace Renga.Router;

/// <summary>How a process composes the router.</summary>
public static class RouterServices
{
    /// <summary>
    /// Adds the router as a hosted service, and itself as <see cref="IRouteDrain"/>. Expects a <see cref="Published{T}"/> of <see cref="RouteSnapshot"/>, an
    /// <see cref="ILogWriter"/> and a <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddRengaRouter(this IServiceCollection services, RouterOptions options)
    {
        services.AddSingleton(s => RouterHost.Create(
            options,
            s.GetRequiredService<Published<RouteSnapshot>>(),
            s.GetRequiredService<ILogWriter>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IRouteDrain>(static s => s.GetRequiredService<RouterHost>());
        services.AddSingleton<IHostedService>(static s => s.GetRequiredService<RouterHost>());
        return services;
    }

    /// <summary>On the side of the dyno manager: keeps <c>routes.json</c> up to date for routers in other processes.</summary>
    public static IServiceCollection AddRengaRouteFile(this IServiceCollection services, string path) => services.AddSingleton<IHostedService>(s => new RouteFileWriter(
        path,
        s.GetRequiredService<Published<RouteSnapshot>>(),
        s.GetRequiredService<ILoggerFactory>()));

    /// <summary>In a process that has only the router: routes come from <c>routes.json</c>. Adds the <see cref="Published{T}"/>; call before <see cref="AddRengaRouter"/>.</summary>
    public static IServiceCollection AddRengaRouteFileSource(this IServiceCollection services, string path)
    {
        services.AddSingleton(new Published<RouteSnapshot>(RouteSnapshot.Empty));
        return services.AddSingleton<IHostedService>(s => new FileRouteSource(
            path,
            s.GetRequiredService<Published<RouteSnapshot>>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILoggerFactory>()));
    }
}
