using Renga.Processes;
using Renga.Testing;
using Renga.Testing.Jvm;

namespace Renga.Builds.Tests;

/// <summary>With the Gradle that Debian packages: as the stack's, and zipped as what a wrapper downloads.</summary>
public sealed class GradleTests
{
    private const string Distribution = "gradle-4.4.1-bin.zip";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task HelloGradle_BuildsAgain_Offline(EngineKind engine)
    {
        await using var compiler = await Compiler.StartAsync(engine: engine);
        var source = await JavaTests.CopyAsync(compiler, "hello-gradle");

        var first = await compiler.MustBuildAsync(source, Ct);
        await JavaTests.ChangeAsync(Path.Combine(source, "src/main/java/hello/Hello.java"));
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("-----> Gradle app detected\n");
        first.Output.ShouldContain("       $ gradle installDist\n");
        second.Output.ShouldContain("       Using dependencies from the cache: what the build scripts say is unchanged\n");
        compiler.Records.Deployed.Last().ProcessTypes["web"].ShouldBe("build/install/hello/bin/hello");
        (await compiler.ServeAsync(first, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
        (await compiler.ServeAsync(second, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Goodbye from web.1");
    }

    [Fact]
    public async Task Wrapper_DownloadsItsGradleOnce_FromTheMirror()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await mirror.AddAsync(Distribution, await ZipGradleAsync(), Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("GRADLE_DISTRIBUTIONS_URL", mirror.Url);
        var source = await WithWrapperAsync(compiler);

        var first = await compiler.MustBuildAsync(source, Ct);
        var asked = mirror.Requests.Count;
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       Using the app's wrapper: Gradle 4.4.1\n");
        first.Output.ShouldContain($"Downloading {mirror.Url}/{Distribution}");
        second.Output.ShouldNotContain("Downloading");
        asked.ShouldBeGreaterThan(0);
        mirror.Requests.Count.ShouldBe(asked);
        var properties = await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(second, Ct), "gradle/wrapper/gradle-wrapper.properties"), Ct);
        properties.ShouldBe(await File.ReadAllTextAsync(Path.Combine(source, "gradle/wrapper/gradle-wrapper.properties"), Ct));
    }

    // By hand, where the cache stays in its place: old releases of Gradle do not find what they have when their home has moved, as it does on the process engine.
    [Fact]
    public async Task Dependency_ComesOnce_FromTheMirrorOfMavenCentral()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        using var pack = await PackByHand.OfExampleAsync("gradle", "hello-gradle", Ct);
        await File.AppendAllTextAsync(Path.Combine(pack.Build, "build.gradle"), "\nrepositories { mavenCentral() }\ndependencies { compile 'commons-cli:commons-cli:debian' }\n", Ct);

        pack.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        await pack.MustAsync("compile", Ct);
        var asked = mirror.Requests.ToArray();
        Directory.Delete(Path.Combine(pack.Build, "build"), recursive: true);
        var second = await pack.MustAsync("compile", Ct);

        asked.ShouldContain("commons-cli/commons-cli/debian/commons-cli-debian.jar");
        mirror.Requests.ShouldBe(asked);
        second.ShouldNotContain("building online");
        File.Exists(Path.Combine(pack.Build, "build/install/hello/lib/commons-cli-debian.jar")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("plugins {\n  id 'org.springframework.boot' version '3.3.4'\n}", "bootJar", "java -Dserver.port=$PORT $JAVA_OPTS -jar build/libs/hello.jar")]
    [InlineData("plugins {\n  id(\"com.github.johnrengelman.shadow\")\n}", "shadowJar", "java $JAVA_OPTS -jar build/libs/hello.jar")]
    [InlineData("plugins {\n  id 'org.springframework.boot'\n}\ntasks.register(\"stage\") { }", "stage", "java -Dserver.port=$PORT $JAVA_OPTS -jar build/libs/hello.jar")]
    [InlineData("plugins {\n  application\n}", "installDist", null)]
    [InlineData("plugins {\n  id 'java'\n}", "build -x test", null)]
    public async Task Script_Decides_TaskAndProcessType(string script, string task, string? web)
    {
        using var pack = await PackByHand.OfExampleAsync("gradle", "hello-gradle", Ct);
        await File.WriteAllTextAsync(Path.Combine(pack.Build, "build.gradle"), script, Ct);
        Directory.CreateDirectory(Path.Combine(pack.Build, "build/libs"));
        foreach (var jar in new[] { "hello.jar", "hello-plain.jar" })
            await File.WriteAllTextAsync(Path.Combine(pack.Build, "build/libs", jar), "", Ct);

        var chosen = await ProcessRunner.RunCheckedAsync(
            Command.Of("bash", "-c", ". \"$1\" && default_task", "bash", Path.Combine(Compiler.RepositoryRoot, "buildpacks/gradle/lib/gradle.sh")) with { WorkingFolder = pack.Build }, Ct);

        chosen.Output.ShouldBe(task + "\n");
        (await pack.MustAsync("release", Ct)).ShouldBe(web is null ? "---\n" : $"---\ndefault_process_types:\n  web: {web}\n");
    }

    [Fact]
    public async Task Wrapper_WithoutItsJar_IsExplained()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("build.gradle", ""), ("gradlew", "")), Ct);

        built.Output.ShouldContain(" !     gradlew is there, but not all of gradle/wrapper.\n");
    }

    [Fact]
    public async Task Tests_AreCompiled_AndRunWithoutTheCache()
    {
        using var pack = await PackByHand.OfExampleAsync("gradle", "hello-gradle", Ct);

        var compiled = await pack.MustAsync("test-compile", Ct);
        Directory.Delete(pack.Cache, recursive: true);
        var tested = await pack.MustAsync("test", Ct);

        compiled.ShouldContain(":testClasses");
        tested.ShouldContain(":check");
        tested.ShouldContain("BUILD SUCCESSFUL");
        (await pack.MustAsync("report", Ct)).ShouldContain("\"build_tool\":\"Gradle\",\"build_tool_version\":\"4.4.1\"");
    }

    private static async Task<string> WithWrapperAsync(Compiler compiler)
    {
        var source = await JavaTests.CopyAsync(compiler, "hello-gradle");
        using var home = new TemporaryFolder();
        await ProcessRunner.RunCheckedAsync(Command.Of("gradle", "--no-daemon", "--quiet", "--gradle-user-home", home.Path, "--project-cache-dir", home["project"], "wrapper") with { WorkingFolder = source }, Ct);
        return source;
    }

    private static async Task<byte[]> ZipGradleAsync()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["zip/gradle-4.4.1"]);
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", "--dereference", "/usr/share/gradle/bin", "/usr/share/gradle/lib", folder["zip/gradle-4.4.1"]), Ct);
        // Old wrappers want folders to have entries of their own, as jar makes them.
        await ProcessRunner.RunCheckedAsync(Command.Of("jar", "--create", "--no-manifest", "--file", folder["gradle.zip"], "-C", folder["zip"], "."), Ct);
        return await File.ReadAllBytesAsync(folder["gradle.zip"], Ct);
    }
}
