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

        first.Output.ShouldContain("       package-lock.json: npm ci ");
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

    [Theory]
    [InlineData(".nvmrc", "v99")]
    [InlineData(".node-version", "99.1.0")]
    public async Task Node_CanBeAskedForInAFile(string file, string wanted)
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("package.json", "{}"), (file, wanted + "\n")), Ct);

        built.Output.ShouldContain($"No version of Node.js fits \"{wanted}\".");
    }

    [Fact]
    public async Task Node_FromAMirrorOfItsOwnDownloads_IsCheckedAndKept()
    {
        await using var compiler = await Compiler.StartAsync();
        using var mirror = new CountingMirror(compiler.Folder["mirror"]);
        await MakeReleaseAsync(compiler.Folder["mirror"], "98.1.0");
        await File.WriteAllTextAsync(compiler.Folder["mirror/index.tab"], "version\tdate\nv98.1.0\t2026-01-01\nv98.0.9\t2026-01-01\nv7.0.0\t2016-01-01\n", Ct);
        compiler.SetConfig("NODE_MIRROR", mirror.Url + "/");
        var source = compiler.Source(("package.json", """{ "engines": { "node": ">=98" }, "scripts": { "start": "node -e 0" } }"""));

        var first = await compiler.MustBuildAsync(source, Ct);
        var asked = mirror.Asked.Count;
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       Downloading Node.js 98.1.0\n");
        second.Output.ShouldContain("       Using Node.js 98.1.0 from the cache\n");
        mirror.Asked.Count.ShouldBe(asked);
        File.Exists(Path.Combine(await compiler.UnpackAsync(second, Ct), ".renga/node/bin/node")).ShouldBeTrue();
    }

    [Fact]
    public async Task Node_WithAWrongDigest_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync();
        using var mirror = new CountingMirror(compiler.Folder["mirror"]);
        await MakeReleaseAsync(compiler.Folder["mirror"], "98.1.0");
        await File.WriteAllTextAsync(compiler.Folder["mirror/index.tab"], "v98.1.0\t2026-01-01\n", Ct);
        await File.WriteAllTextAsync(compiler.Folder["mirror/v98.1.0/SHASUMS256.txt"], $"{new string('0', 64)}  {ReleaseName("98.1.0")}\n", Ct);
        compiler.SetConfig("NODE_MIRROR", mirror.Url);

        var built = await compiler.BuildAsync(compiler.Source(("package.json", """{ "engines": { "node": "98.x" } }""")), Ct);

        built.Output.ShouldContain($" !     {ReleaseName("98.1.0")} does not have the digest in SHASUMS256.txt.");
        built.Output.ShouldContain("Push rejected");
    }

    [Fact]
    public async Task Scripts_OfHeroku_RunInTheirOrder_InsteadOfBuild()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(("package.json", """
            { "scripts": {
                "start": "node -e 0", "build": "echo build >> order.txt", "heroku-prebuild": "echo pre >> order.txt",
                "heroku-postbuild": "echo post >> order.txt", "heroku-cleanup": "echo cleanup >> order.txt" } }
            """));

        var built = await compiler.MustBuildAsync(source, Ct);

        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "order.txt"), Ct)).ShouldBe("pre\npost\ncleanup\n");
    }

    [Fact]
    public async Task Script_ThatFails_FailsTheBuild()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("package.json", """{ "scripts": { "build": "echo plop; exit 3" } }""")), Ct);

        built.Output.ShouldContain("       plop\n");
        built.Output.ShouldContain("The script \"build\" of package.json failed.");
        built.Output.ShouldContain("Push rejected");
    }

    [Fact]
    public async Task Settings_KeepDevelopmentDependencies_AndTurnTheCacheOff()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await WithDependenciesAsync(compiler);
        compiler.SetConfig("NPM_CONFIG_PRODUCTION", "false");
        compiler.SetConfig("NODE_MODULES_CACHE", "false");

        await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        second.Output.ShouldContain("       package-lock.json: npm ci");
        second.Output.ShouldContain("       devDependencies stay, as the app's settings say\n");
        Directory.Exists(Path.Combine(await compiler.UnpackAsync(second, Ct), "node_modules/is-odd")).ShouldBeTrue();
    }

    [Fact]
    public async Task Folders_ThatTheAppNames_ComeBackInTheNextBuild()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(("package.json", """{ "cacheDirectories": ["node_modules", ".next/cache", "../../etc"], "scripts": { "start": "node -e 0", "build": "mkdir -p .next/cache; echo x >> .next/cache/count" } }"""));

        await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        second.Output.ShouldContain("       Using .next/cache from the cache\n");
        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(second, Ct), ".next/cache/count"), Ct)).ShouldBe("x\nx\n");
    }

    [Fact]
    public async Task HelloExpress_IsBuiltAndServesOnRunc()
    {
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-express"), Ct);

        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
        compiler.Records.Deployed.Single().ProcessTypes["web"].ShouldBe("npm start");
    }

    [Fact]
    public async Task TestCompile_InstallsForDevelopment_AndTestRunsTheTests()
    {
        using var pack = await PackByHand.OfAsync("nodejs", Ct, ("package.json", """{ "scripts": { "test": "node -e \"process.exit(require('is-odd')(3) && process.env.NODE_ENV === 'test' ? 0 : 1)\"" }, "devDependencies": { "is-odd": "3.0.1" } }"""));
        // Where this machine reaches the registry in a way of its own.
        foreach (var name in (string[])["NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "npm_config_registry"])
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                pack.SetConfig(name, value);
        }

        (await pack.MustAsync("test-compile", Ct)).ShouldContain("devDependencies stay");
        var test = await pack.RunAsync("test", Ct);

        test.Status.ShouldBe(0, test.Output + test.Error);
        var report = System.Text.Json.JsonDocument.Parse(await pack.MustAsync("report", Ct)).RootElement;
        report.GetProperty("package_manager").GetString().ShouldBe("npm");
        report.GetProperty("node_version").GetString()!.ShouldMatch(@"^\d+\.\d+\.\d+$");
    }

    [Theory]
    [InlineData("memory.max", "1073741824", "1024 4 2")]
    [InlineData("memory.max", "max", "512 2 1")]
    [InlineData("memory/memory.limit_in_bytes", "2684354560", "2560 10 5")]
    [InlineData("memory/memory.limit_in_bytes", "9223372036854771712", "512 2 1")]
    [InlineData("memory.max", "134217728", "128 1 1")]
    public async Task Memory_OfADyno_DecidesHowManyWorkersFit(string file, string limit, string expected)
    {
        using var folder = new Renga.Testing.TemporaryFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
        await File.WriteAllTextAsync(folder[file], limit + "\n", Ct);

        var said = await ProcessRunner.RunCheckedAsync(
            Command.Of("/bin/bash", "-c", ". \"$1\"; mb=$(dyno_memory_mb 512 \"$2\"); echo $mb $(workers_by_memory 256 $mb) $(workers_by_memory 512 $mb)", "memory", Path.Combine(Compiler.RepositoryRoot, "buildpacks/shared/memory.sh"), folder.Path), Ct);

        said.Output.ShouldBe(expected + "\n");
    }

    private static string ReleaseName(string version) => $"node-v{version}-linux-{(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64")}.tar.gz";

    // A release as Node.js publishes them; what is in it is this machine's.
    private static async Task MakeReleaseAsync(string mirror, string version)
    {
        var folder = Path.Combine(mirror, $"v{version}");
        var inside = Path.Combine(folder, "node", "bin");
        Directory.CreateDirectory(inside);
        foreach (var program in new[] { "node", "npm" })
        {
            await File.WriteAllTextAsync(Path.Combine(inside, program), $"#!/bin/sh\nexec /usr/bin/{program} \"$@\"\n", Ct);
            File.SetUnixFileMode(Path.Combine(inside, program), (UnixFileMode)Convert.ToInt32("755", 8));
        }

        var archive = Path.Combine(folder, ReleaseName(version));
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--gzip", "--file", archive, "--directory", folder, "node"), Ct);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(archive, Ct)));
        await File.WriteAllTextAsync(Path.Combine(folder, "SHASUMS256.txt"), $"{digest}  {ReleaseName(version)}\n", Ct);
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
