using Microsoft.Extensions.Logging.Abstractions;
using Renga.Engines;
using Renga.Engines.Plain;

namespace Renga.Dynos.Tests.Real;

public sealed class ProcessEngineTests : RealEngineTests
{
    protected override IDynoEngine MakeEngine() => new ProcessEngine(
        new EnginesOptions { Folder = Path.Combine(Folder, "dynos"), PlatformId = PlatformId.Of(Folder) }, TimeProvider.System, NullLogger<ProcessEngine>.Instance);

    protected override async Task CloseAsync(IDynoEngine engine, bool last)
    {
        using var used = (ProcessEngine)engine;
        if (!last)
            return;
        using var fresh = (ProcessEngine)MakeEngine();
        foreach (var dyno in await fresh.RecoverAsync(CancellationToken.None))
            await fresh.DestroyAsync(dyno.Spec.Id, CancellationToken.None);
    }
}
