using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Renga.Builds.Buildpacks;
using Renga.Builds.Compiling;
using Renga.Builds.Output;
using Renga.Builds.Recording;
using Renga.Engines;
using Renga.Engines.Plain;
using Renga.Engines.Runc;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Model.Builds;
using Renga.Model.Dynos;
using Renga.Model.Logs;
using Renga.Model.Slugs;
using Renga.Model.Stacks;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Builds.Tests;

/// <summary>The real slug compiler, composed as the server does, on a real engine, with the platform's state in memory.</summary>
internal sealed class Compiler : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly IDynoEngine _engine;
    private int _archives;

    private Compiler(Func<BuildsOptions, BuildsOptions>? change, EngineKind kind)
    {
        var engine = new EnginesOptions { Folder = _folder["dynos"], PlatformId = PlatformId.Of(_folder.Path), WarmSlots = 0 };
        _engine = kind == EngineKind.Plain
            ? new ProcessEngine(engine, TimeProvider.System, NullLogger<ProcessEngine>.Instance)
            : new RuncEngine(engine, TimeProvider.System, NullLogger<RuncEngine>.Instance);
        var options = new BuildsOptions
        {
            SlugsFolder = _folder["slugs"],
            CacheFolder = _folder["cache"],
            OutputsFolder = _folder["builds"],
            SourcesFolder = _folder["sources"],
            RunFolder = _folder["run"],
            BuildpacksFolder = Path.Combine(RepositoryRoot, "buildpacks"),
            RegistryFile = _folder["buildpacks.json"],
            AppUrl = "http://{host}:8080/",
            LocalBuildpackFolders = [_folder["packs"]],
            Timeout = TimeSpan.FromMinutes(3),
            MaxHold = TimeSpan.Zero,
        };
        Directory.CreateDirectory(_folder["packs"]);
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<Ids>();
        services.AddSingleton<IStacks>(Stacks);
        services.AddSingleton(_engine).AddSingleton<IDynoManager>(Dynos).AddSingleton<ILogWriter>(Log);
        services.AddRengaBuilds(change?.Invoke(options) ?? options);
        services.AddSingleton<IBuildRecords>(Records).AddSingleton<ISlugRecords>(Records);
        _services = services.BuildServiceProvider();
    }

    public static string RepositoryRoot { get; } =
        Path.GetFullPath(typeof(Compiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "RepositoryRoot").Value!);

    public Guid AppId { get; } = Guid.CreateVersion7();

    public FakeRecords Records { get; } = new();

    public FakeDynoManager Dynos { get; } = new();

    public FixedStacks Stacks { get; } = new();

    public RecordingLogWriter Log { get; } = new();

    public TemporaryFolder Folder => _folder;

    public ISlugStore Slugs => _services.GetRequiredService<ISlugStore>();

    public IBuildCaches Caches => _services.GetRequiredService<IBuildCaches>();

    public IBuildService Service => _services.GetRequiredService<IBuildService>();

    public IBuildOutputs Outputs => _services.GetRequiredService<IBuildOutputs>();

    public ISources Sources => _services.GetRequiredService<ISources>();

    public ISlugArchives Archives => _services.GetRequiredService<ISlugArchives>();

    public IEnumerable<IAppResources> Resources => _services.GetServices<IAppResources>();

    public static async Task<Compiler> StartAsync(Func<BuildsOptions, BuildsOptions>? change = null, EngineKind engine = EngineKind.Plain)
    {
        var compiler = new Compiler(change, engine);
        await compiler._engine.RecoverAsync(TestContext.Current.CancellationToken);
        foreach (var service in compiler._services.GetServices<IHostedService>())
            await service.StartAsync(TestContext.Current.CancellationToken);
        return compiler;
    }

    public static string Example(string name) => Path.Combine(RepositoryRoot, "examples", name);

    /// <summary>A source folder made of the given files.</summary>
    public string Source(params ReadOnlySpan<(string Name, string Content)> files)
    {
        var folder = _folder[$"source-{Interlocked.Increment(ref _archives)}"];
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in files)
            Write(Path.Combine(folder, name), content);
        return folder;
    }

    /// <summary>A buildpack in a folder that the operator offers; its compile is the given bash.</summary>
    public string Buildpack(string name, string compile, string detect = "echo Test", string release = "echo '--- {}'")
    {
        var folder = Path.Combine(_folder["packs"], name);
        Write(Path.Combine(folder, "bin/detect"), "#!/bin/bash\n" + detect + "\n");
        Write(Path.Combine(folder, "bin/compile"), "#!/bin/bash\n" + compile + "\n");
        Write(Path.Combine(folder, "bin/release"), "#!/bin/bash\n" + release + "\n");
        return folder;
    }

    public void UseBuildpacks(params string[] references) => Records.Subject = Records.Subject with { Buildpacks = [.. references] };

    public void SetConfig(string name, string value) => Records.Subject = Records.Subject with { Config = Records.Subject.Config.SetItem(name, value) };

    public async Task<Built> BuildAsync(string folder, CancellationToken ct)
    {
        var archive = _folder[$"source-{Interlocked.Increment(ref _archives)}.tar"];
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--file", archive, "--directory", folder, "."), ct);
        var built = await BuildAsync(new BuildSource.Archive(archive, []), ct);
        File.Delete(archive);
        return built;
    }

    public async Task<Built> BuildAsync(BuildSource source, CancellationToken ct, IReadOnlyList<string>? buildpacks = null)
    {
        var output = new RecordingOutput();
        var request = new BuildRequest
        {
            AppId = AppId,
            AccountId = Guid.CreateVersion7(),
            AccountEmail = "dev@example.com",
            Source = source,
            Commit = source is BuildSource.Archive ? "193d1419c0ffee193d1419c0ffee193d1419c0ff" : null,
            Buildpacks = buildpacks,
        };
        return new Built(await _services.GetRequiredService<IBuildService>().BuildAsync(request, output, ct), output.Text);
    }

    /// <summary>Runs the buildpack's tests, as a later feature will: the same build dyno in its other mode.</summary>
    public async Task<(BuildDynoEnd End, string Output)> TestAsync(BuildSource source, string pack, ImmutableSortedDictionary<string, string> config, CancellationToken ct)
    {
        var options = _services.GetRequiredService<BuildsOptions>();
        var output = new RecordingOutput();
        var transcript = new BuildTranscript(output, Log, AppId, options.MaxOutputBytes, TimeProvider.System);
        var request = new BuildRequest { AppId = AppId, AccountId = AppId, AccountEmail = "dev@example.com", Source = source };
        var build = (await Records.BeginAsync(request, ct)).Value;
        var plan = new BuildPlan([new BuildpackSource(BuildpackKind.Local, pack, pack)], ImmutableSortedDictionary<string, BuildpackSource>.Empty);
        using var folder = await BuildFolder.CreateAsync(options.RunFolder, build.Id, source, plan, config, ct);
        var dyno = _services.GetRequiredService<BuildDyno>();
        var spec = BuildDynoSpec.Of(Guid.CreateVersion7(), build, stackImage: null, request, Records.Subject, plan, folder.Path, _folder["test-cache"], options, RunnerMode.Test);
        try
        {
            return (await dyno.RunAsync(spec, transcript, ct), output.Text);
        }
        finally
        {
            await dyno.DestroyAsync(spec.Id);
        }
    }

    public async Task<Built> MustBuildAsync(string folder, CancellationToken ct)
    {
        var built = await BuildAsync(folder, ct);
        built.Result.Refusal.ShouldBeNull(built.Output);
        return built;
    }

    /// <summary>Runs the slug's web process as a dyno does, and asks it for paths.</summary>
    public async Task<string> ServeAsync(Built built, Func<HttpClient, Task<string>> ask, CancellationToken ct)
    {
        var command = Records.Deployed.Single(s => s.Id == built.Result.Value.SlugId).ProcessTypes["web"];
        var spec = new DynoSpec
        {
            Id = Guid.CreateVersion7(),
            Labels = ImmutableSortedDictionary<string, string>.Empty,
            Hostname = "web",
            Arguments = ["/bin/bash", "-c", $"for f in .profile.d/*.sh; do . $f; done; {command}"],
            Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", DynoEnvironment.DefaultPath).Add("DYNO", "web.1"),
            SlugImage = Slugs.Locate(ImageOf(built)).Value,
            Limits = new DynoLimits(512 * 1024 * 1024, 1024, 256, 256 * 1024 * 1024),
            ListensOnPort = true,
        };
        var created = await _engine.CreateAsync(spec, ct);
        try
        {
            await _engine.StartAsync(spec.Id, ct);
            using var client = new HttpClient { BaseAddress = new Uri($"http://{created.Endpoint}/") };
            return await Eventually.GetAsync("the web process to answer", async _ => await ask(client), ct);
        }
        finally
        {
            await _engine.DestroyAsync(spec.Id, CancellationToken.None);
        }
    }

    /// <summary>Unpacks the slug of a build.</summary>
    public async Task<string> UnpackAsync(Built built, CancellationToken ct)
    {
        var target = _folder[$"slug-{built.Result.Value.SlugId:N}"];
        await ProcessRunner.RunCheckedAsync(Command.Of("unsquashfs", "-quiet", "-no-progress", "-dest", target, Slugs.Locate(ImageOf(built)).Value), ct);
        return target;
    }

    private string ImageOf(Built built) => Records.Deployed.Single(s => s.Id == built.Result.Value.SlugId).Image!;

    /// <summary>Nothing of any build is left but slugs and caches.</summary>
    public void ShouldHaveNoLeftovers()
    {
        Directory.EnumerateFileSystemEntries(_folder["run"]).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_folder["cache"], "*build-*").ShouldBeEmpty();
        Directory.EnumerateFiles(_folder["slugs"], "*.draft").ShouldBeEmpty();
        Directory.EnumerateDirectories(_folder["dynos"]).Where(static d => Guid.TryParse(Path.GetFileName(d), out _)).ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        if (_engine is RuncEngine runc)
        {
            await runc.TearDownAsync(CancellationToken.None);
            await runc.DisposeAsync();
        }

        (_engine as IDisposable)?.Dispose();
        _folder.Dispose();
    }

    private static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
    }
}

/// <summary>A build that has ended.</summary>
internal sealed record Built(Result<BuildReport> Result, string Output);
