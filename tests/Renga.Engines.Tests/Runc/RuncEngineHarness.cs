using Microsoft.Extensions.Logging.Abstractions;
using Renga.Conformance;
using Renga.Engines.Runc;
using Renga.Testing;

namespace Renga.Engines.Tests.Runc;

/// <summary>A platform of its own on this machine, torn down at the end.</summary>
internal sealed class RuncEngineHarness : DynoEngineHarness
{
    private readonly TemporaryFolder _folder = new();
    private readonly Action<EnginesOptions>? _configure;
    private RuncEngine _engine;

    private RuncEngineHarness(Action<EnginesOptions>? configure)
    {
        _configure = configure;
        _engine = Make();
    }

    public override IDynoEngine Engine => _engine;

    public RuncEngine Runc => _engine;

    public string PlatformId => Engines.PlatformId.Of(_folder.Path);

    public string Folder => _folder.Path;

    public static async Task<RuncEngineHarness> MakeAsync(CancellationToken ct, Action<EnginesOptions>? configure = null)
    {
        var problems = await EngineProbe.RuncAsync(ct);
        if (problems.Count > 0 && Environment.GetEnvironmentVariable("RENGA_TESTS_UNPRIVILEGED") == "1")
            Assert.Skip(string.Join(' ', problems));
        problems.ShouldBeEmpty("Tests of isolated dynos need a machine that can run them (RENGA_TESTS_UNPRIVILEGED=1 skips them).");
        var harness = new RuncEngineHarness(configure);
        await harness._engine.RecoverAsync(ct);
        return harness;
    }

    public override async Task<IReadOnlyList<RecoveredDyno>> RestartAsync(CancellationToken ct)
    {
        await _engine.DisposeAsync();
        _engine = Make();
        return await _engine.RecoverAsync(ct);
    }

    public override async Task<string?> MakeSlugAsync(IReadOnlyDictionary<string, string> files, CancellationToken ct) => await SlugImages.MakeAsync(_folder.Path, files, ct);

    public override async ValueTask DisposeAsync()
    {
        await _engine.TearDownAsync(CancellationToken.None);
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private RuncEngine Make()
    {
        var options = new EnginesOptions { Folder = _folder["dynos"], PlatformId = PlatformId };
        _configure?.Invoke(options);
        return new(options, TimeProvider.System, NullLogger<RuncEngine>.Instance);
    }
}
