using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Renga.Conformance;
using Renga.Dynos.OneOff;
using Renga.Dynos.Running;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Logs;
using Renga.Model.Routing;
using Renga.Model.Slugs;
using Renga.Model.Stacks;
using Renga.Testing;

namespace Renga.Dynos.Tests;

/// <summary>The real dyno manager as the server composes it, with fakes for its neighbours. Starting another one over the same neighbours is a restart of the platform.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private ServiceProvider? _services;

    public Platform(IDynoEngine? engine = null, TimeProvider? time = null)
    {
        Time = time ?? new ManualTimeProvider();
        Engine = engine ?? new FakeDynoEngine(Time);
    }

    public TimeProvider Time { get; }

    public ManualTimeProvider Clock => (ManualTimeProvider)Time;

    /// <summary>Another object over the same state is what a restart has.</summary>
    public IDynoEngine Engine { get; set; }

    public FakeDynoEngine Fake => (FakeDynoEngine)Engine;

    public FakeDesiredState Desired { get; } = new();

    public FakeSlugStore Slugs { get; } = new();

    public FixedStacks Stacks { get; } = new();

    public FakeDrain Drain { get; } = new();

    /// <summary>What the dyno manager is given as the router: <see cref="Drain"/>, unless a test has a better one.</summary>
    public IRouteDrain? Router { get; set; }

    /// <summary>Between greeting and output of attached dynos; none where the clock stands still.</summary>
    public TimeSpan GreetingGap { get; set; }

    public RecordingLogWriter Logs { get; } = new();

    public DynosOptions Options { get; } = new();

    public Published<RouteSnapshot> Routes { get; } = new(RouteSnapshot.Empty);

    public IDynoManager Manager { get; private set; } = null!;

    public async Task<Platform> StartAsync(CancellationToken ct)
    {
        Routes.Publish(RouteSnapshot.Empty);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Time)
            .AddSingleton<Ids>()
            .AddSingleton(Engine)
            .AddSingleton((IOutputCursor)Engine)
            .AddSingleton<IDesiredState>(Desired)
            .AddSingleton<ISlugStore>(Slugs)
            .AddSingleton<IStacks>(Stacks)
            .AddSingleton(Router ?? Drain)
            .AddSingleton<ILogWriter>(Logs)
            .AddSingleton(Routes);
        if (Engine is FakeDynoEngine fake)
            services.AddSingleton<IPortProbe>(new FakePortProbe(fake));
        services.AddRengaDynos(Options, new RendezvousOptions
        {
            Address = System.Net.IPAddress.Loopback,
            Port = 0,
            PublicHost = "127.0.0.1",
            Certificate = TestCertificate.Get,
            GreetingGap = GreetingGap,
        });
        _services = services.BuildServiceProvider();
        Manager = _services.GetRequiredService<IDynoManager>();
        foreach (var hosted in _services.GetServices<IHostedService>())
            await hosted.StartAsync(ct);
        return this;
    }

    /// <summary>This process ends; dynos go on.</summary>
    public async Task StopAsync()
    {
        if (_services is null)
            return;
        foreach (var hosted in _services.GetServices<IHostedService>())
            await hosted.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _services = null;
    }

    /// <summary>The desired state changes, and the dyno manager is told.</summary>
    public void Want(DesiredApp app)
    {
        Desired.Set(app);
        Manager.LookAgain(app.AppId);
    }

    public AppRoute? Route(int app = 1) => Routes.Current.Apps.FirstOrDefault(r => r.AppId == Make.Guid(app));

    /// <summary>Waits until the app's list says exactly this: <c>web.1 up v1</c>.</summary>
    public Task ShowsAsync(CancellationToken ct, params string[] wanted) => Eventually.HoldsAsync(
        $"{string.Join(", ", wanted)}",
        _ =>
        {
            var shown = Manager.List(Make.Guid(1)).Select(static d => $"{d.Name} {d.State.Word()} v{d.ReleaseVersion}").ToList();
            return shown.SequenceEqual(wanted) ? Task.FromResult(true) : throw new InvalidOperationException($"It shows {string.Join(", ", shown)}");
        },
        ct);

    public async ValueTask DisposeAsync() => await StopAsync();
}
