using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Renga.Api.Apps;
using Renga.Api.Conventions;
using Renga.Api.Sources;
using Renga.Model;

namespace Renga.Api;

/// <summary>Registers the Platform API. It expects Renga.Storage, and the ports IStacks, IDynoManager, ILogSessions, ILogWriter, IBuildService, IBuildOutputs, IBuildCaches, ISources, ISlugArchives and ISshKeyReader, to be registered too.</summary>
public static class ApiServices
{
    public static IServiceCollection AddRengaApi(this IServiceCollection services, ApiOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Ids>();
        services.AddSingleton(options);
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<ApiConventions>();
        services.AddSingleton<SignedAddresses>();
        services.AddSingleton<SourceAddress>();
        services.AddSingleton<AppShape>();
        services.AddSingleton<AppNews>();
        services.AddSingleton<AppResources>();
        services.AddSingleton<IStartupFilter, MethodOverride>();
        return services;
    }
}
