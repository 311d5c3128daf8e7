using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Renga.Engines.Plain;
using Renga.Engines.Runc;

namespace Renga.Engines;

/// <summary>How the server gets an engine.</summary>
public static class EnginesServices
{
    /// <summary>Registers <see cref="IDynoEngine"/>, <see cref="IOutputCursor"/> and <see cref="IEngineTearDown"/>: one object. Ask <see cref="EngineProbe"/> first which kind can work here.</summary>
    public static IServiceCollection AddRengaEngines(this IServiceCollection services, EnginesOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<IDynoEngine>(provider => options.Kind == EngineKind.Runc
            ? new RuncEngine(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RuncEngine>>())
            : new ProcessEngine(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ProcessEngine>>()));
        services.AddSingleton(static provider => (IOutputCursor)provider.GetRequiredService<IDynoEngine>());
        services.AddSingleton(static provider => (IEngineTearDown)provider.GetRequiredService<IDynoEngine>());
        return services;
    }
}
