using Renga.Conformance;

namespace Renga.Engines.Tests.Plain;

public sealed class ProcessEngineConformance : DynoEngineSuite
{
    protected override Task<DynoEngineHarness> MakeHarnessAsync() => Task.FromResult<DynoEngineHarness>(new ProcessEngineHarness());
}
