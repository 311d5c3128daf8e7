using Renga.Processes;

namespace Renga.Builds.Tests;

public sealed class BuildpackTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Buildpack_SeesTheContractsEnvironment(EngineKind engine)
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { Environment = o.Environment.Add("MIRROR", "https://mirror.example") }, engine);
        compiler.SetConfig("SECRET", "line 1\nline \"2\" $HOME");
        compiler.SetConfig("../escape", "no");
        var pack = compiler.Buildpack("inspect", """
            env >"$1/env.txt"; cat "$3/SECRET" >"$1/secret.txt"; ls "$3" >"$1/names.txt"; pwd >"$1/pwd.txt"; echo "$1" "$2" >"$1/arguments.txt"
            """);
        compiler.UseBuildpacks(pack);

        var built = await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);

        var slug = await compiler.UnpackAsync(built, Ct);
        var environment = await File.ReadAllTextAsync(Path.Combine(slug, "env.txt"), Ct);
        foreach (var name in new[] { "STACK=host", "HOME=", "PATH=/usr/local/bin:/usr/bin:/bin", "REQUEST_ID=", "SOURCE_VERSION=193d1419c0ffee", "BUILDPACK_LOG_FILE=/", "MIRROR=https://mirror.example" })
            environment.ShouldContain(name);
        environment.ShouldNotContain("SECRET");
        environment.ShouldNotContain("RENGA_");
        (await File.ReadAllTextAsync(Path.Combine(slug, "secret.txt"), Ct)).ShouldBe("line 1\nline \"2\" $HOME");
        (await File.ReadAllTextAsync(Path.Combine(slug, "names.txt"), Ct)).ShouldBe("SECRET\n");
        (await File.ReadAllTextAsync(Path.Combine(slug, "pwd.txt"), Ct)).ShouldContain("/buildpacks_");
        if (engine == EngineKind.Runc)
            environment.ShouldContain("HOME=/app\n");
    }

    [Fact]
    public async Task SeveralBuildpacks_ExportReachesTheNext_AndTheLastOnesTypesWin()
    {
        await using var compiler = await Compiler.StartAsync();
        var first = compiler.Buildpack("first", "echo 'export TOOL=\"from first\"; false' >\"$(dirname \"$0\")/../export\"", "echo First", "printf 'default_process_types:\\n  web: first\\n  old: x\\n'");
        var second = compiler.Buildpack("second", "printf '%s' \"$TOOL\" >\"$1/tool\"", "echo Second", "printf -- '---\\naddons:\\n  - heroku-postgresql\\ndefault_process_types:\\n  web: \"second: run\"\\n  worker: work\\n'");
        compiler.UseBuildpacks(first, $"file://{second}");

        var built = await compiler.MustBuildAsync(compiler.Source(("Procfile", "worker: bin/mine\n")), Ct);

        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "tool"), Ct)).ShouldBe("from first");
        compiler.Records.Deployed.Single().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "second: run", ["worker"] = "bin/mine" });
        built.Output.ShouldContain("-----> Using buildpacks:\n       1. " + first);
        built.Output.ShouldContain("       Procfile declares types     -> worker\n       Default types for buildpack -> web, worker\n");
    }

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Buildpack_FromAGitRepositoryAtARef_IsUsed(EngineKind engine)
    {
        await using var compiler = await Compiler.StartAsync(engine: engine);
        var pack = compiler.Buildpack("pack", "echo one >\"$1/version\"");
        await GitAsync(pack, "init", "--quiet", "--initial-branch=main");
        await GitAsync(pack, "add", "-A");
        await GitAsync(pack, "commit", "--quiet", "-m", "one");
        await GitAsync(pack, "tag", "v1");
        var commit = (await GitAsync(pack, "rev-parse", "HEAD")).Output.Trim();
        await File.WriteAllTextAsync(Path.Combine(pack, "bin/compile"), "#!/bin/bash\necho two >\"$1/version\"\n", Ct);
        await GitAsync(pack, "commit", "--quiet", "-am", "two");

        (await VersionAsync($"file://{pack}#v1")).ShouldBe("one\n");
        (await VersionAsync($"file://{pack}#{commit}")).ShouldBe("one\n");
        (await VersionAsync($"file://{pack}")).ShouldBe("two\n");
        compiler.UseBuildpacks($"file://{pack}#nowhere");
        var missing = await compiler.BuildAsync(compiler.Source(("a", "1")), Ct);
        missing.Output.ShouldContain($" !     Could not fetch the buildpack {pack}#nowhere");
        missing.Output.ShouldContain(" !     Push rejected, a buildpack could not be fetched.");

        async Task<string> VersionAsync(string reference)
        {
            compiler.UseBuildpacks(reference);
            var built = await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);
            return await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "version"), Ct);
        }
    }

    [Fact]
    public async Task Buildpack_FromATarballOverHttp_IsUsed()
    {
        await using var compiler = await Compiler.StartAsync();
        var pack = compiler.Buildpack("pack-main", "echo tar >\"$1/version\"");
        await using var server = await FileServer.StartAsync(compiler.Folder["web"], Ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "-czf", Path.Combine(server.Folder, "pack.tgz"), "-C", Path.GetDirectoryName(pack)!, "pack-main"), Ct);
        compiler.SetConfig("BUILDPACK_URL", $"{server.Address}pack.tgz");

        var built = await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);

        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "version"), Ct)).ShouldBe("tar\n");
    }

    [Theory]
    [InlineData("heroku/cobol", "There is no buildpack called heroku/cobol here. Known names: heroku/")]
    [InlineData("/etc", "/etc is not in a folder whose buildpacks the operator of this platform offers.")]
    [InlineData("ftp://example.com/x", "is not a buildpack")]
    [InlineData("https://example.com/x.git#--upload-pack=touch", "is not a branch, tag or commit.")]
    public async Task Buildpack_ThatCannotBe_IsRefusedBeforeAnythingRuns(string reference, string message)
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(reference);

        var built = await compiler.BuildAsync(compiler.Source(("a", "1")), Ct);

        built.Result.Refusal.ShouldNotBeNull().Message.ShouldContain(message);
        built.Output.ShouldContain(message);
        compiler.ShouldHaveNoLeftovers();
    }

    [Theory]
    [InlineData("heroku/nodejs")]
    [InlineData("renga/nodejs")]
    [InlineData("urn:buildpack:heroku/nodejs")]
    [InlineData("https://buildpack-registry.s3.amazonaws.com/buildpacks/heroku/nodejs.tgz")]
    public async Task Buildpack_ByName_IsOurs(string reference)
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(reference);

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-node"), Ct);

        built.Output.ShouldContain($"-----> Using buildpack: {(reference.Contains("renga", StringComparison.Ordinal) ? "renga" : "heroku")}/nodejs\n");
    }

    [Fact]
    public async Task Buildpack_ThatDoesNotFit_IsExplained()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks("heroku/python");

        var built = await compiler.BuildAsync(Compiler.Example("hello-node"), Ct);

        built.Output.ShouldContain(" !     App not compatible with buildpack: heroku/python\n");
        built.Output.ShouldContain(" !     Push rejected, the app is not compatible with its buildpack.\n");
    }

    private static Task<CommandResult> GitAsync(string folder, params ReadOnlySpan<string> arguments) =>
        ProcessRunner.RunCheckedAsync(new Command("git", ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", .. arguments]) { WorkingFolder = folder }, Ct);
}
