using Renga.Conformance;

namespace Renga.Engines.Tests.Runc;

public sealed class RuncEngineConformance : DynoEngineSuite
{
    protected override async Task<DynoEngineHarness> MakeHarnessAsync() => await RuncEngineHarness.MakeAsync(TestContext.Current.CancellationToken);
}
