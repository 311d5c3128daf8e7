using Microsoft.Extensions.DependencyInjection;
using Renga.Model.Stacks;

namespace Renga.Builds.Stacks;

/// <summary>How the server takes in stacks.</summary>
public static class StacksServices
{
    /// <summary>Adds <see cref="IStacks"/>. Needs <see cref="TimeProvider"/> and logging.</summary>
    public static IServiceCollection AddRengaStacks(this IServiceCollection services, StacksOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<StackStore>();
        services.AddSingleton<IStacks>(static s => s.GetRequiredService<StackStore>());
        services.AddHostedService(static s => s.GetRequiredService<StackStore>());
        return services;
    }
}
