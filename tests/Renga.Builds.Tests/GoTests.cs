using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Renga.Processes;

namespace Renga.Builds.Tests;

public sealed class GoTests
{
    private const string Web = """
        package main

        import (
        	"fmt"
        	"net/http"
        	"os"

        	"example.org/poem"
        )

        func main() {
        	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, poem.Line) })
        	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
        }

        """;

    private const string Worker = "package main\n\nvar version string\n\nfunc main() { println(version) }\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Modules_AreDownloadedOnce_AndOnlyWhatChangedIsCompiledAgain()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler);

        var first = await compiler.MustBuildAsync(source, Ct);
        await File.AppendAllTextAsync(Path.Combine(source, "main.go"), "// changed\n", Ct);
        Directory.Delete(compiler.Folder["proxy"], recursive: true);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       Downloaded 1 modules\n");
        first.Output.ShouldContain("       example.org/poem\n");
        second.Output.ShouldContain("       Using 1 modules from the cache, none fetched\n");
        second.Output.ShouldContain("       Compiled 1 packages, the others came from the cache\n");
        second.Output.ShouldNotContain("       example.org/poem\n");
        compiler.Records.Deployed.Last().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "bin/app", ["worker"] = "bin/worker" });
        (await compiler.ServeAsync(second, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("an old silent pond");
        var slug = await compiler.UnpackAsync(second, Ct);
        (await ProcessRunner.RunAsync(Command.Of("grep", "-rl", "/build_[0-9a-f]\\{32\\}", slug), Ct)).Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task HelloGo_IsBuiltInTheDyno_AndServes()
    {
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-go"), Ct);

        built.Output.ShouldContain("-----> Go app detected\n");
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
    }

    [Fact]
    public async Task VendoredModules_AreUsedAsTheyAre_AndMustBeWhatGoModSays()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler, "package main\n\nimport \"example.org/poem\"\n\nfunc main() { println(poem.Line) }\n");
        await GoAsync(compiler, source, "mod", "vendor");
        Directory.Delete(compiler.Folder["proxy"], recursive: true);

        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldContain("       Using the modules in vendor/\n");
        await File.WriteAllTextAsync(Path.Combine(source, "vendor/modules.txt"), "", Ct);
        (await compiler.BuildAsync(source, Ct)).Output.ShouldContain(" !     Run \"go mod tidy\" and \"go mod vendor\" and commit what changed.\n");
    }

    [Fact]
    public async Task GoSum_ThatIsStale_FailsWithAHint()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler);
        await File.WriteAllTextAsync(Path.Combine(source, "go.sum"), "", Ct);

        var built = await compiler.BuildAsync(source, Ct);

        built.Output.ShouldContain(" !     go.mod, go.sum and what is imported disagree.\n !     Run \"go mod tidy\" and commit what changed.\n");
        built.Output.ShouldContain("Push rejected, failed to compile Go app.");
    }

    [Fact]
    public async Task HerokuComments_SayWhatIsInstalled_AndTheLinkerGetsTheCommit()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("GO_LINKER_SYMBOL", "main.version");
        var source = compiler.Source(
            ("go.mod", "// +heroku goVersion go1\n// +heroku install ./cmd/worker\nmodule example.org/app\n\ngo 1.19\n".Replace("go1\n", $"go{await MachineVersionAsync()}\n", StringComparison.Ordinal)),
            ("cmd/worker/main.go", Worker), ("cmd/other/main.go", Worker), ("bin/go-post-compile", "#!/bin/bash\nls bin\n"));

        var built = await compiler.MustBuildAsync(source, Ct);

        built.Output.ShouldContain("-----> Running bin/go-post-compile\n       go-post-compile\n       worker\n");
        compiler.Records.Deployed.Single().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "bin/worker" });
        compiler.SetConfig("GO_INSTALL_PACKAGE_SPEC", "./cmd/worker ;touch");
        (await compiler.BuildAsync(source, Ct)).Output.ShouldContain("\";touch\" is not a package.");
        (await ProcessRunner.RunAsync(Command.Of(Path.Combine(await compiler.UnpackAsync(built, Ct), "bin/worker")), Ct)).Error.ShouldBe("193d1419c0ffee193d1419c0ffee193d1419c0ff\n");
    }

    [Theory]
    [InlineData("go 1.98", "1.98.10")]
    [InlineData("go 1.98.3", "1.98.10")]
    [InlineData("go 1.98\n\ntoolchain go1.98.4", "1.98.4")]
    [InlineData("go 1.19\n// +heroku goVersion 1.99", "1.99.0")]
    public async Task Go_ThatTheMachineLacks_IsDownloadedOnce(string lines, string expected)
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferGoAsync(compiler, "1.98.3", "1.98.4", "1.98.10", "1.99.0", "1.99rc1");
        var source = compiler.Source(("go.mod", $"module example.org/app\n\n{lines}\n"), ("main.go", Worker));

        var first = await compiler.BuildAsync(source, Ct);

        first.Output.ShouldContain($"       Downloading Go {expected} (asked for: ");
        // The Go that is offered is the machine's by another name, which knows no "toolchain".
        if (lines.Contains("toolchain", StringComparison.Ordinal) || lines.Contains("1.98.3", StringComparison.Ordinal))
            return;
        first.Result.Refusal.ShouldBeNull(first.Output);
        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldContain($"       Using Go {expected} from the cache");
    }

    [Fact]
    public async Task Go_WithAnotherDigest_IsNotUsed()
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferGoAsync(compiler, "1.98.3");
        foreach (var archive in Directory.EnumerateFiles(compiler.Folder["go"], "*.tar.gz"))
            await File.AppendAllTextAsync(archive, "more", Ct);

        (await compiler.BuildAsync(compiler.Source(("go.mod", "module a\n\ngo 1.98\n"), ("main.go", Worker)), Ct)).Output.ShouldContain("does not have the digest that is published for it");
    }

    [Theory]
    [InlineData("go 1.97", "No version of Go fits \"1.97\".\n !     This machine has 1.")]
    [InlineData("go newest", "\"newest\" is not a version of Go.")]
    [InlineData("go 1.18", "There is no program to build: no package is called main in ./...")]
    public async Task App_ThatCannotBeBuilt_IsToldWhy(string line, string message)
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferGoAsync(compiler, "1.98.3", "1.99.0");

        (await compiler.BuildAsync(compiler.Source(("go.mod", $"module example.org/app\n\n{line}\n"), ("lib.go", "package lib\n")), Ct)).Output.ShouldContain(message);
    }

    [Fact]
    public async Task Code_ThatDoesNotCompile_IsShown()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("go.mod", "module app\n\ngo 1.18\n"), ("main.go", "package main\n\nfunc main() { missing() }\n")), Ct);

        built.Output.ShouldContain("main.go:3:15: undefined: missing\n");
        built.Output.ShouldContain(" !     go build failed; the compiler's words are above.\n");
    }

    [Fact]
    public async Task Workspace_BuildsTheProgramsOfItsModules()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(
            ("go.work", "go 1.18\n\nuse (\n\t./one\n\t./two\n)\n"), ("one/go.mod", "module example.org/web\n\ngo 1.18\n"), ("one/main.go", Worker), ("two/go.mod", "module example.org/worker\n\ngo 1.18\n"), ("two/main.go", Worker));

        await compiler.MustBuildAsync(source, Ct);

        compiler.Records.Deployed.Single().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "bin/web", ["worker"] = "bin/worker" });
    }

    [Fact]
    public async Task Tests_Run_AndTheBuildIsReported()
    {
        using var pack = await PackByHand.OfAsync(
            "go", Ct, ("go.mod", "module example.org/app\n\ngo 1.18\n"), ("main.go", Worker), ("main_test.go", "package main\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {}\n"));

        await pack.MustAsync("test-compile", Ct);
        (await pack.MustAsync("test", Ct)).ShouldContain("--- PASS: TestSum");
        JsonDocument.Parse(await pack.MustAsync("report", Ct)).RootElement.GetProperty("go_version").GetString().ShouldBe(await MachineVersionAsync());
        await File.WriteAllTextAsync(Path.Combine(pack.Build, "main_test.go"), "package main\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) { t.Fail() }\n", Ct);
        (await pack.RunAsync("test", Ct)).Succeeded.ShouldBeFalse();
    }

    private static async Task<string> AppAsync(Compiler compiler, string main = Web)
    {
        await OfferModuleAsync(compiler.Folder["proxy"]);
        compiler.SetConfig("GOPROXY", $"file://{compiler.Folder["proxy"]}");
        compiler.SetConfig("GONOSUMDB", "*");
        var source = compiler.Source(
            ("go.mod", "module example.org/app\n\ngo 1.18\n\nrequire example.org/poem v1.0.0\n"), ("main.go", main), ("cmd/worker/main.go", Worker));
        await GoAsync(compiler, source, "mod", "tidy");
        return source;
    }

    // A module as a proxy has it: https://go.dev/ref/mod#goproxy-protocol
    private static async Task OfferModuleAsync(string proxy)
    {
        var folder = Path.Combine(proxy, "example.org/poem/@v");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "list"), "v1.0.0\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "v1.0.0.info"), """{"Version":"v1.0.0","Time":"2026-01-01T00:00:00Z"}""", Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "v1.0.0.mod"), "module example.org/poem\n", Ct);
        await using var archive = await ZipFile.OpenAsync(Path.Combine(folder, "v1.0.0.zip"), ZipArchiveMode.Create, Ct);
        foreach (var (name, content) in new[] { ("go.mod", "module example.org/poem\n"), ("poem.go", "package poem\n\nconst Line = \"an old silent pond\"\n") })
        {
            await using var stream = await archive.CreateEntry($"example.org/poem@v1.0.0/{name}").OpenAsync(Ct);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), Ct);
        }
    }

    private static Task GoAsync(Compiler compiler, string folder, params string[] arguments) =>
        ProcessRunner.RunCheckedAsync(
            new Command("/usr/bin/go", [.. arguments])
            {
                WorkingFolder = folder,
                Environment = ImmutableDictionary<string, string?>.Empty
                    .Add("GOPROXY", $"file://{compiler.Folder["proxy"]}").Add("GONOSUMDB", "*").Add("GOFLAGS", "-modcacherw").Add("GOPATH", compiler.Folder["gopath"]).Add("GOCACHE", compiler.Folder["gocache"]),
            },
            Ct);

    private static async Task<string> MachineVersionAsync() => (await ProcessRunner.RunCheckedAsync(Command.Of("/usr/bin/go", "env", "GOVERSION"), Ct)).Output.Trim()[2..];

    // As go.dev publishes: a list with digests, and archives; inside, the machine's Go by another name.
    private static async Task OfferGoAsync(Compiler compiler, params string[] versions)
    {
        var files = new List<object>();
        foreach (var version in versions)
        {
            var name = $"go{version}.linux-{(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64")}.tar.gz";
            var source = compiler.Source(("go/bin/go", "#!/bin/sh\nexec /usr/bin/go \"$@\"\n"));
            Directory.CreateDirectory(compiler.Folder["go"]);
            await ProcessRunner.RunCheckedAsync(Command.Of("tar", "-czf", compiler.Folder[$"go/{name}"], "-C", source, "go"), Ct);
            files.Add(new { filename = name, os = "linux", arch = "amd64", version = $"go{version}", sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(compiler.Folder[$"go/{name}"], Ct))), size = 1, kind = "archive" });
        }

        await File.WriteAllTextAsync(compiler.Folder["go/list.json"], JsonSerializer.Serialize(new[] { new { version = "any", stable = true, files } }), Ct);
        compiler.SetConfig("GO_DOWNLOAD_URL", $"file://{compiler.Folder["go"]}");
        compiler.SetConfig("GO_VERSIONS_URL", $"file://{compiler.Folder["go/list.json"]}");
    }
}
