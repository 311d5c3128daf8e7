using Microsoft.Extensions.DependencyInjection;
using Renga.Builds.Admission;
using Renga.Builds.Buildpacks;
using Renga.Builds.Caching;
using Renga.Builds.Compiling;
using Renga.Builds.Outputs;
using Renga.Builds.Recording;
using Renga.Builds.Slugs;
using Renga.Builds.Sources;
using Renga.Builds.Uploads;
using Renga.Model.Apps;
using Renga.Model.Buildpacks;
using Renga.Model.Builds;
using Renga.Model.Slugs;

namespace Renga.Builds;

/// <summary>How the server takes in the slug compiler.</summary>
public static class BuildsServices
{
    /// <summary>
    /// Adds <see cref="IBuildService"/>, <see cref="IBuildOutputs"/>, <see cref="IBuildCaches"/>, <see cref="ISources"/>, <see cref="ISlugStore"/>, <see cref="ISlugArchives"/>, <see cref="IBuildpackRegistry"/>, <see cref="IAppDiskUse"/>, <see cref="IRepositorySizes"/> and an <see cref="IAppResources"/> for slugs and caches.
    /// Needs <c>IStacks</c> (<see cref="Stacks.StacksServices"/>), Storage's stores, <c>IDesiredState</c>, <c>IDynoEngine</c>, <c>IDynoManager</c>, <c>ILogWriter</c>, <c>Ids</c>, <c>TimeProvider</c> and logging.
    /// </summary>
    public static IServiceCollection AddRengaBuilds(this IServiceCollection services, BuildsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<SlugStore>();
        services.AddSingleton<ISlugStore>(static s => s.GetRequiredService<SlugStore>());
        services.AddSingleton<CacheStore>();
        services.AddSingleton<IBuildCaches>(static s => s.GetRequiredService<CacheStore>());
        services.AddSingleton<IPressure, MachinePressure>();
        services.AddSingleton<BuildpackRegistry>();
        services.AddSingleton<IBuildpackRegistry>(static s => s.GetRequiredService<BuildpackRegistry>());
        services.AddSingleton<BuildpackResolver>();
        services.AddSingleton<BuildpackChoice>();
        services.AddSingleton<BuildLine>();
        services.AddSingleton<RunningBuilds>();
        services.AddSingleton<BuildOutputs>();
        services.AddSingleton<IBuildOutputs>(static s => s.GetRequiredService<BuildOutputs>());
        services.AddSingleton<SourceStore>();
        services.AddSingleton<ISources>(static s => s.GetRequiredService<SourceStore>());
        services.AddSingleton<SlugArchives>();
        services.AddSingleton<ISlugArchives>(static s => s.GetRequiredService<SlugArchives>());
        services.AddSingleton<BuildDyno>();
        services.AddSingleton<BuildParts>();
        services.AddSingleton<IBuildRecords, StorageBuildRecords>();
        services.AddSingleton<ISlugRecords, StorageSlugRecords>();
        services.AddSingleton<IBuildService, BuildService>();
        services.AddSingleton<IAppResources, BuildResources>();
        services.AddSingleton<IRepositorySizes, StorageRepositorySizes>();
        services.AddSingleton<IAppDiskUse, AppDiskUses>();
        services.AddSingleton<SlugCollector>();
        services.AddHostedService<BuildLeftovers>();
        services.AddHostedService(static s => s.GetRequiredService<SlugCollector>());
        services.AddHostedService<SourceExpiry>();
        services.AddHostedService(static s => s.GetRequiredService<RunningBuilds>());
        return services;
    }
}
