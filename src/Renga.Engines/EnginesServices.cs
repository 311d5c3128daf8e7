using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Renga.Engines.Plain;

namespace Renga.Engines;

/// <summary>How the server gets an engine.</summary>
public static class EnginesServices
{
    /// <summary>Registers <see cref="IDynoEngine"/> and <see cref="IOutputCursor"/>: one object.</summary>
    public static IServiceCollection AddRengaEngines(this IServiceCollection services, EnginesOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<IDynoEngine>(static provider => new ProcessEngine(
            provider.GetRequiredService<EnginesOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ProcessEngine>>()));
        services.AddSingleton(static provider => (IOutputCursor)provider.GetRequiredService<IDynoEngine>());
        return services;
    }
}
