using System.Security.Cryptography;
using Renga.Processes;
using Renga.Testing;
using Renga.Testing.Jvm;

namespace Renga.Builds.Tests;

public sealed class ClojureTests
{
    // Debian's Clojure asks for these two by the version "debian".
    private static readonly string[] Artifacts = ["org/clojure/clojure/1.11.1", "org/clojure/spec.alpha/debian", "org/clojure/core.specs.alpha/debian"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HelloClojure_BuildsAgain_AskingTheMirrorForNothing()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        var source = await JavaTests.CopyAsync(compiler, "hello-clojure");

        var first = await compiler.MustBuildAsync(source, Ct);
        var asked = mirror.Requests.Count;
        await JavaTests.ChangeAsync(Path.Combine(source, "src/hello/core.clj"));
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("-----> Clojure app detected\n");
        first.Output.ShouldContain("       $ lein uberjar\n");
        first.Output.ShouldContain("Retrieving org/clojure/clojure/1.11.1/clojure-1.11.1.jar");
        second.Output.ShouldContain("       Using dependencies from the cache: what project.clj says is unchanged\n");
        second.Output.ShouldNotContain("Retrieving");
        asked.ShouldBeGreaterThan(Artifacts.Length);
        mirror.Requests.Count.ShouldBe(asked);
        compiler.Records.Deployed.Last().ProcessTypes["web"].ShouldBe("java $JAVA_OPTS -jar target/hello-standalone.jar");
        (await compiler.ServeAsync(second, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Goodbye from web.1");
    }

    [Fact]
    public async Task AppWithoutUberjar_IsRunByLeiningen_WhichFetchesNothing()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        compiler.SetConfig("MAVEN_MIRROR_URL", "vendor");
        var source = await JavaTests.CopyAsync(compiler, "hello-clojure");
        await mirror.CopyAsync(Path.Combine(source, "vendor"), Artifacts, Ct);
        var project = Path.Combine(source, "project.clj");
        await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project, Ct)).Replace(":uberjar-name \"hello-standalone.jar\"", "", StringComparison.Ordinal), Ct);

        var built = await compiler.MustBuildAsync(source, Ct);

        built.Output.ShouldContain("       $ lein with-profile production compile :all\n");
        compiler.Records.Deployed.Last().ProcessTypes["web"].ShouldBe("lein with-profile production trampoline run");
        (await compiler.ServeAsync(built, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
    }

    [Theory]
    [InlineData("1.0.0", "Leiningen 1.x is not supported.")]
    [InlineData("9.0.0", "project.clj asks for Leiningen 9.0.0 or newer.")]
    public async Task Leiningen_ThatCannotBe_IsExplained(string version, string message)
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("project.clj", $"(defproject hello \"1\" :min-lein-version \"{version}\")")), Ct);

        built.Output.ShouldContain(" !     " + message);
    }

    [Fact]
    public async Task Leiningen_ThatIsNotWhatWasPublished_IsRefused()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await mirror.AddAsync("lein/2.12.0/leiningen-2.12.0-standalone.jar", "not it"u8.ToArray(), Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("LEIN_DOWNLOAD_URL", mirror.Url + "/lein");

        var built = await compiler.BuildAsync(compiler.Source(("project.clj", "(defproject hello \"1\" :min-lein-version \"2.11.0\")")), Ct);

        built.Output.ShouldContain("       Downloading Leiningen 2.12.0\n");
        built.Output.ShouldContain("does not have the digest that is published for it");
    }

    [Fact]
    public async Task Tests_AreFetchedFor_AndRunWithoutTheCache()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        using var pack = await PackByHand.OfExampleAsync("clojure", "hello-clojure", Ct);

        pack.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        await pack.MustAsync("test-compile", Ct);
        Directory.Delete(pack.Cache, recursive: true);
        var tested = await pack.MustAsync("test", Ct);

        tested.ShouldContain("0 failures, 0 errors.");
        (await pack.MustAsync("report", Ct)).ShouldContain("\"build_tool\":\"Leiningen\"");
    }

    // The Clojure CLI is in no registry that a test may rely on: a stand-in shows that it is put together as its own installer does, and what it is asked.
    [Theory]
    [InlineData("{:aliases {:build {:ns-default build}}}", "-T:build uber", "java $JAVA_OPTS -jar target/hello-standalone.jar")]
    [InlineData("{:aliases {:run-m {:main-opts [\"-m\" \"hello\"]}}}", "-P", "clojure -M:run-m")]
    public async Task DepsEdn_DecidesWhatTheCliIsAsked(string deps, string arguments, string web)
    {
        using var pack = await PackByHand.OfExampleAsync("clojure", "hello-clojure", Ct);
        File.Delete(Path.Combine(pack.Build, "project.clj"));
        await File.WriteAllTextAsync(Path.Combine(pack.Build, "deps.edn"), deps, Ct);
        await using var mirror = await MavenMirror.StartAsync(Ct);
        var archive = await MakeCliAsync();
        await mirror.AddAsync("cli/1.12.5.1664/clojure-tools-1.12.5.1664.tar.gz", archive, Ct);
        var library = Path.Combine(pack.Pack, "lib/cli.sh");
        var text = await File.ReadAllTextAsync(library, Ct);
        await File.WriteAllTextAsync(library, text.Replace("77dd6868948074adcc93e83a796f8e8f15a1a92bcb1b9002d715fd2210e476f3", Convert.ToHexStringLower(SHA256.HashData(archive)), StringComparison.Ordinal), Ct);

        pack.SetConfig("CLOJURE_DOWNLOAD_URL", mirror.Url + "/cli");
        var first = await pack.MustAsync("compile", Ct);
        var second = await pack.MustAsync("compile", Ct);

        first.ShouldContain("       Downloading the Clojure CLI 1.12.5.1664\n");
        first.ShouldContain($"stand-in asked: {arguments}\n");
        second.ShouldContain("       Using the Clojure CLI 1.12.5.1664 from the cache\n");
        (await pack.MustAsync("release", Ct)).ShouldBe($"---\ndefault_process_types:\n  web: {web}\n");
    }

    private static async Task<byte[]> MakeCliAsync()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["clojure-tools"]);
        const string script = "#!/bin/bash\n[ -f PREFIX/libexec/exec.jar ] || exit 9\necho \"stand-in asked: $*\"\n[ \"$1\" != -T:build ] || { mkdir -p target && touch target/hello-standalone.jar; }\n";
        foreach (var (name, content) in new[] { ("clojure", script), ("clj", "#!/bin/bash\nexec BINDIR/clojure \"$@\"\n"), ("exec.jar", ""), ("deps.edn", "{}"), ("tools.edn", "{}") })
            await File.WriteAllTextAsync(Path.Combine(folder["clojure-tools"], name), content, Ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--gzip", "--file", folder["cli.tar.gz"], "--directory", folder.Path, "clojure-tools"), Ct);
        return await File.ReadAllBytesAsync(folder["cli.tar.gz"], Ct);
    }
}
