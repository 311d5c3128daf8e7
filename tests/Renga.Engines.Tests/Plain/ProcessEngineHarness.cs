using Microsoft.Extensions.Logging.Abstractions;
using Renga.Conformance;
using Renga.Engines.Plain;
using Renga.Testing;

namespace Renga.Engines.Tests.Plain;

internal sealed class ProcessEngineHarness : DynoEngineHarness
{
    private readonly TemporaryFolder _folder = new();
    private ProcessEngine _engine;

    public ProcessEngineHarness() => _engine = Make();

    public override IDynoEngine Engine => _engine;

    public override Task<IReadOnlyList<RecoveredDyno>> RestartAsync(CancellationToken ct)
    {
        // Nothing is told to the old one: a killed process says no goodbye.
        _engine.Dispose();
        _engine = Make();
        return _engine.RecoverAsync(ct);
    }

    public override async Task<string?> MakeSlugAsync(IReadOnlyDictionary<string, string> files, CancellationToken ct) => await SlugImages.MakeAsync(_folder.Path, files, ct);

    public override async ValueTask DisposeAsync()
    {
        foreach (var dyno in await RestartAsync(CancellationToken.None))
            await _engine.DestroyAsync(dyno.Spec.Id, CancellationToken.None);
        _engine.Dispose();
        _folder.Dispose();
    }

    private ProcessEngine Make() => new(new EnginesOptions { Folder = _folder["dynos"], PlatformId = PlatformId.Of(_folder.Path) }, TimeProvider.System, NullLogger<ProcessEngine>.Instance);
}
