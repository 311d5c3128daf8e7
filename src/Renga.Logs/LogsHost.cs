using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Renga.Model.Logs;

namespace Renga.Logs;

/// <summary>How the server composes the log fabric. Add it before whatever writes lines: services stop in reverse order, and the last lines count too.</summary>
public static class LogsHost
{
    /// <summary>Adds <see cref="ILogWriter"/>, <see cref="ILogSessions"/> and the loop that writes history.</summary>
    public static IServiceCollection AddRengaLogs(this IServiceCollection services, LogsOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<LogHistory>();
        services.AddSingleton<LogSessionTable>();
        services.AddSingleton<LogFabric>();
        services.AddSingleton<ILogWriter>(static s => s.GetRequiredService<LogFabric>());
        services.AddSingleton<ILogSessions>(static s => s.GetRequiredService<LogFabric>());
        services.AddSingleton<LogStreamEndpoint>();
        services.AddHostedService<LogHistoryWriter>();
        return services;
    }

    /// <summary>Serves <c>GET /logs/SECRET</c>.</summary>
    public static void MapRengaLogs(this IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<LogStreamEndpoint>();
        routes.MapGet("/logs/{secret}", (HttpContext http, string secret) => endpoint.Handle(http, secret));
    }
}
