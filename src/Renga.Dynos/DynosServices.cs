using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Renga.Dynos.Loop;
using Renga.Dynos.OneOff;
using Renga.Dynos.Running;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Routing;
using Renga.Model.Stacks;

namespace Renga.Dynos;

/// <summary>The dyno manager's registration.</summary>
public static class DynosServices
{
    /// <summary>
    /// Adds <see cref="IDynoManager"/>, the routes as <c>Published&lt;RouteSnapshot&gt;</c> (unless there) and a hosted service. Needs from others: <see cref="IDynoEngine"/>
    /// (which is also its <see cref="IOutputCursor"/>), <see cref="IDesiredState"/>, ISlugStore, IStacks, ILogWriter, <see cref="IRouteDrain"/>, TimeProvider, <see cref="Ids"/> and logging.
    /// Nobody else may call <see cref="IDynoEngine.RecoverAsync"/>, and no build may start before this hosted service has.
    /// </summary>
    /// <exception cref="ArgumentException">The options contradict themselves; the message names every problem.</exception>
    public static IServiceCollection AddRengaDynos(this IServiceCollection services, DynosOptions options, RendezvousOptions rendezvous)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rendezvous);
        var problems = options.FindProblems();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(' ', problems), nameof(options));

        services.TryAddSingleton(new Published<RouteSnapshot>(RouteSnapshot.Empty));
        services.TryAddSingleton<IPortProbe, TcpPortProbe>();
        services.TryAddSingleton(static s => (IOutputCursor)s.GetRequiredService<IDynoEngine>());
        services.AddSingleton(options);
        services.AddSingleton(rendezvous);
        services.AddSingleton<BackgroundWork>();
        services.AddSingleton<LoopInbox>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton(static s => new StackRoll(s.GetRequiredService<IStacks>().Available, s.GetRequiredService<DynosOptions>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DesiredReader>();
        services.AddSingleton<DynoLoop>();
        services.AddSingleton<RendezvousServer>();
        services.AddSingleton<AttachedSessions>();
        services.AddSingleton<OneOffFactory>();
        services.AddSingleton<OutputPump>();
        services.AddSingleton<BootWatch>();
        services.AddSingleton<DynoLauncher>();
        services.AddSingleton<DynoExecutor>();
        services.AddSingleton<Recovery>();
        services.AddSingleton<DynoManager>();
        services.AddSingleton<IDynoManager>(static s => s.GetRequiredService<DynoManager>());
        services.AddSingleton<IHostedService>(static s => s.GetRequiredService<DynoManager>());
        services.AddHostedService<StackWatch>();
        return services;
    }
}
