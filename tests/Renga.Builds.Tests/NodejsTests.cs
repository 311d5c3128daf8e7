using Renga.Processes;

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
        slug.Checksum!.ShouldMatch("^SHA256:[0-9a-f]{64}$");
        compiler.Dynos.LookedAgain.ShouldHaveSingleItem().ShouldBe(compiler.AppId);
        compiler.Log.Lines.ShouldContain("app[api]: Build started by user dev@example.com");
        compiler.Log.Lines.ShouldContain("app[build]: -----> Node.js app detected");
        compiler.Log.Lines.ShouldContain("app[api]: Deploy 193d1419 by user dev@example.com");
        compiler.Log.Lines.ShouldContain("app[api]: Release v2 created by user dev@example.com");
        compiler.Log.Lines[^1].ShouldBe("app[api]: Build succeeded");
        File.Exists(Path.Combine(await compiler.UnpackAsync(built, Ct), ".profile.d/nodejs.sh")).ShouldBeTrue();
        compiler.ShouldHaveNoLeftovers();
    }

    [Fact]
    public async Task Dependencies_AreInstalledOnce_AndPrunedOfDevelopmentOnes()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await WithDependenciesAsync(compiler);

        var first = await compiler.MustBuildAsync(source, Ct);
        await File.WriteAllTextAsync(Path.Combine(source, "server.js"), "// changed\n", Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       package-lock.json: npm ci\n");
        second.Output.ShouldContain("       Using node_modules from the cache: package-lock.json is unchanged\n");
        second.Output.ShouldNotContain("npm ci");
        foreach (var built in new[] { first, second })
        {
            built.Output.ShouldContain("-----> Running build (npm run build)\n");
            var slug = await compiler.UnpackAsync(built, Ct);
            File.Exists(Path.Combine(slug, "node_modules/ms/index.js")).ShouldBeTrue();
            Directory.Exists(Path.Combine(slug, "node_modules/is-odd")).ShouldBeFalse();
            (await File.ReadAllTextAsync(Path.Combine(slug, "built.txt"), Ct)).ShouldBe("production blue");
        }
    }

    [Fact]
    public async Task Dependencies_WithAStaleLock_FailWithAHint()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await WithDependenciesAsync(compiler);
        var package = Path.Combine(source, "package.json");
        await File.WriteAllTextAsync(package, (await File.ReadAllTextAsync(package, Ct)).Replace("\"ms\": \"2.1.3\"", "\"ms\": \"2.1.2\"", StringComparison.Ordinal), Ct);

        var built = await compiler.BuildAsync(source, Ct);

        built.Output.ShouldContain("commit the lock file");
        built.Output.ShouldContain("Push rejected, failed to compile Node.js app.");
    }

    [Fact]
    public async Task Node_ThatTheMachineLacks_ComesFromTheRegistryAndThenFromTheCache()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(("package.json", """{ "engines": { "node": "18.20.x" }, "scripts": { "start": "node -e 0", "build": "node --version > version.txt && npm --version" } }"""));

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       Downloading Node.js 18.20.");
        second.Output.ShouldContain("       Using Node.js 18.20.");
        second.Output.ShouldContain(" from the cache");
        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(first, Ct), "version.txt"), Ct)).ShouldStartWith("v18.20.");
        compiler.Records.Deployed.First().ProcessTypes["web"].ShouldBe("npm start");
    }

    [Theory]
    [InlineData("99.x", "No version of Node.js fits \"99.x\".")]
    [InlineData("the newest", "\"the newest\" is not a range of versions of Node.js.")]
    public async Task Node_ThatIsNotThere_ListsWhatIs(string wanted, string message)
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("package.json", $$"""{ "engines": { "node": "{{wanted}}" } }""")), Ct);

        built.Output.ShouldContain(message);
    }

    private static async Task<string> WithDependenciesAsync(Compiler compiler)
    {
        compiler.SetConfig("COLOUR", "blue");
        var source = compiler.Source(
            ("package.json", """
            {
              "name": "with-dependencies", "version": "1.0.0",
              "scripts": { "start": "node server.js", "build": "node -e \"require('is-odd'); require('fs').writeFileSync('built.txt', process.env.NODE_ENV + ' ' + process.env.COLOUR)\"" },
              "dependencies": { "ms": "2.1.3" },
              "devDependencies": { "is-odd": "3.0.1" }
            }
            """),
            ("server.js", ""));
        await ProcessRunner.RunCheckedAsync(Command.Of("npm", "install", "--package-lock-only", "--no-audit", "--no-fund") with { WorkingFolder = source }, Ct);
        return source;
    }
}
