namespace Renga.Builds.Tests;

public sealed class NodejsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HelloNode_Builds_InHerokusShape()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-node"), Ct);

        built.Output.ShouldContain("-----> Building on the host stack\n");
        built.Output.ShouldContain("-----> Node.js app detected\n");
        built.Output.ShouldContain("       Procfile declares types     -> web\n");
        built.Output.ShouldContain("       Released v2\n       http://ronin.localhost:8080/ deployed to Renga\n");
        var slug = compiler.Records.Deployed.ShouldHaveSingleItem();
        slug.ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "node server.js" });
        (slug.BuildpackProvidedDescription, slug.Stack).ShouldBe(("Node.js", "host"));
        slug.Checksum.ShouldMatch("^SHA256:[0-9a-f]{64}$");
        compiler.Dynos.LookedAgain.ShouldHaveSingleItem().ShouldBe(compiler.AppId);
        compiler.Log.Lines.ShouldContain("app[api]: Build started by user dev@example.com");
        compiler.Log.Lines.ShouldContain("app[build]: -----> Node.js app detected");
        compiler.Log.Lines.ShouldContain("app[api]: Deploy 193d1419 by user dev@example.com");
        compiler.Log.Lines.ShouldContain("app[api]: Release v2 created by user dev@example.com");
        compiler.Log.Lines[^1].ShouldBe("app[api]: Build succeeded");
        File.Exists(Path.Combine(await compiler.UnpackAsync(built, Ct), ".profile.d/nodejs.sh")).ShouldBeTrue();
        compiler.ShouldHaveNoLeftovers();
    }
}
