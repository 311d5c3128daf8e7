using Renga.Conformance;

namespace Renga.Engines.Tests.Plain;

public sealed class ProcessEngineStacks
{
    [Fact]
    public async Task Image_IsRefusedInWords()
    {
        await using var harness = new ProcessEngineHarness();
        var spec = Dynos.Shell("true") with { Stack = "renga-12", StackImage = "/nowhere/run.squashfs" };
        var refused = await Should.ThrowAsync<EngineException>(harness.Engine.CreateAsync(spec, TestContext.Current.CancellationToken));
        refused.Message.ShouldContain("cannot give them the stack renga-12");
    }
}
