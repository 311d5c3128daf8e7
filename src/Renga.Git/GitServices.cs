using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renga.Git.Http;
using Renga.Git.Keys;
using Renga.Git.Pushes;
using Renga.Git.Repositories;
using Renga.Git.Ssh;
using Renga.Model.Apps;
using Renga.Model.Keys;

namespace Renga.Git;

/// <summary>How the server takes in the git transport.</summary>
public static class GitServices
{
    /// <summary>
    /// Needs <c>IGatekeeper</c>, <c>IBuildService</c>, <see cref="IRepositorySizes"/>, <c>Ids</c> and logging. Adds an <see cref="IAppResources"/> that keeps the repositories, and an
    /// <see cref="ISshKeyReader"/>.
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
        services.AddSingleton<ISshKeyReader, SshKeyReader>();
        services.AddHostedService<PushLeftovers>();
        if (options.Ssh is { } ssh)
        {
            services.AddSingleton(ssh);
            services.AddSingleton<SshFiles>();
            services.AddSingleton<SshSessions>();
            services.AddHostedService<SshServer>();
        }

        return services;
    }

    /// <summary>Serves <c>/APP.git/...</c>.</summary>
    public static IEndpointRouteBuilder MapRengaGit(this IEndpointRouteBuilder routes)
    {
        GitEndpoints.Map(routes);
        return routes;
    }
}
