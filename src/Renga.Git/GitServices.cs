using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renga.Git.Http;
using Renga.Git.Pushes;
using Renga.Git.Repositories;
using Renga.Model.Apps;

namespace Renga.Git;

/// <summary>How the server takes in the git transport.</summary>
public static class GitServices
{
    /// <summary>
    /// Needs <c>IGatekeeper</c>, <c>IBuildService</c>, <see cref="IRepositorySizes"/>, <c>Ids</c> and logging. Adds an <see cref="IAppResources"/> that keeps the repositories.
    /// </summary>
    public static IServiceCollection AddRengaGit(this IServiceCollection services, GitOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ReceiveHook>();
        services.AddSingleton<GitRepositories>();
        services.AddSingleton<IAppResources>(static s => s.GetRequiredService<GitRepositories>());
        services.AddSingleton<SourceArchiver>();
        services.AddSingleton<PushJudge>();
        services.AddSingleton<PushSessions>();
        services.AddSingleton<GitAccess>();
        services.AddHostedService<PushLeftovers>();
        return services;
    }

    /// <summary>Serves <c>/APP.git/...</c>.</summary>
    public static IEndpointRouteBuilder MapRengaGit(this IEndpointRouteBuilder routes)
    {
        GitEndpoints.Map(routes);
        return routes;
    }
}
