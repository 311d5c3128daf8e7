using Renga.Testing.Jvm;

namespace Renga.Builds.Tests;

/// <summary>With a stand-in for sbt (<see cref="SbtStandIn"/>) that compiles with the Scala that Debian packages.</summary>
public sealed class ScalaTests
{
    private const string Sbt = "1.10.7";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HelloScala_BuildsAgain_AskingTheMirrorForNothing()
    {
        await using var mirror = await MirrorAsync();
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        var source = await JavaTests.CopyAsync(compiler, "hello-scala");

        var first = await compiler.MustBuildAsync(source, Ct);
        var asked = mirror.Requests.Count;
        await JavaTests.ChangeAsync(Path.Combine(source, "src/main/scala/Hello.scala"));
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("-----> Scala app detected\n");
        first.Output.ShouldContain($"       Downloading the launcher of sbt {Sbt}\n");
        first.Output.ShouldContain("       $ sbt compile stage\n");
        second.Output.ShouldContain($"       Using the launcher of sbt {Sbt} from the cache\n");
        second.Output.ShouldNotContain("ownloading");
        asked.ShouldBeGreaterThan(SbtStandIn.Artifacts.Length);
        mirror.Requests.Count.ShouldBe(asked);
        (await compiler.ServeAsync(second, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Goodbye from web.1");
    }

    [Fact]
    public async Task Repository_InAFolderOfTheApp_BuildsInADyno_AndCompilationIsPruned()
    {
        await using var mirror = await MirrorAsync();
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        compiler.SetConfig("MAVEN_MIRROR_URL", "vendor");
        var source = await JavaTests.CopyAsync(compiler, "hello-scala");
        await mirror.CopyAsync(Path.Combine(source, "vendor"), [SbtStandIn.Launcher(Sbt), .. SbtStandIn.Artifacts], Ct);

        var built = await compiler.MustBuildAsync(source, Ct);

        compiler.Records.Deployed.Last().ProcessTypes["web"].ShouldBe("target/universal/stage/bin/hello -Dhttp.port=$PORT");
        Directory.EnumerateDirectories(Path.Combine(await compiler.UnpackAsync(built, Ct), "target")).Select(Path.GetFileName).ShouldBe(["universal"]);
        (await compiler.ServeAsync(built, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
    }

    [Fact]
    public async Task Settings_SayWhatSbtDoes_AndWhatStays()
    {
        await using var mirror = await MirrorAsync();
        await using var compiler = await Compiler.StartAsync();
        foreach (var (name, value) in new[] { ("MAVEN_MIRROR_URL", mirror.Url), ("SBT_PROJECT", "web"), ("SBT_CLEAN", "true"), ("KEEP_SBT_CACHE", "true"), ("SBT_AT_RUNTIME", "true") })
            compiler.SetConfig(name, value);

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-scala"), Ct);

        built.Output.ShouldContain("       $ sbt web/clean web/compile web/stage\n");
        var slug = await compiler.UnpackAsync(built, Ct);
        Directory.Exists(Path.Combine(slug, "target/scala-2.11/classes")).ShouldBeTrue();
        File.Exists(Path.Combine(slug, ".renga/sbt/bin/sbt")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "project/build.properties does not say which sbt.")]
    [InlineData("sbt.version=0.12.1\n", "sbt 0.12.1 is not supported.")]
    [InlineData("sbt.version=1.99.0\n", "sbt 1.99.0 could not be had.")]
    public async Task Sbt_ThatCannotBe_IsExplained(string properties, string message)
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("MAVEN_MIRROR_URL", mirror.Url);

        var built = await compiler.BuildAsync(compiler.Source(("build.sbt", ""), ("project/build.properties", properties)), Ct);

        built.Output.ShouldContain(" !     " + message);
    }

    [Fact]
    public async Task Task_ThatTheAppLacks_IsExplained()
    {
        await using var mirror = await MirrorAsync();
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        compiler.SetConfig("SBT_TASKS", "assembly");

        var built = await compiler.BuildAsync(Compiler.Example("hello-scala"), Ct);

        built.Output.ShouldContain("Not a valid command: assembly");
        built.Output.ShouldContain(" !     The app has no such task (above).\n");
    }

    [Fact]
    public async Task Tests_AreCompiled_AndRunWithoutTheCache()
    {
        await using var mirror = await MirrorAsync();
        using var pack = await PackByHand.OfExampleAsync("scala", "hello-scala", Ct);

        pack.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        var compiled = await pack.MustAsync("test-compile", Ct);
        Directory.Delete(pack.Cache, recursive: true);
        var tested = await pack.MustAsync("test", Ct);

        compiled.ShouldContain("       $ sbt Test/compile\n");
        tested.ShouldContain("[success]");
        (await pack.MustAsync("report", Ct)).ShouldContain($"\"build_tool\":\"sbt\",\"build_tool_version\":\"{Sbt}\"");
    }

    private static async Task<MavenMirror> MirrorAsync()
    {
        var mirror = await MavenMirror.StartAsync(Ct);
        await SbtStandIn.AddAsync(mirror, Sbt, Ct);
        return mirror;
    }
}
