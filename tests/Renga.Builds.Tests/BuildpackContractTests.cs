using System.Collections.Immutable;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>The whole contract with small buildpacks that use what the public ones use.</summary>
public sealed class BuildpackContractTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Release_WithEverySection_IsFollowed()
    {
        await using var compiler = await Compiler.StartAsync();
        var pack = compiler.Buildpack("full", "true", release: "printf -- '---\\nconfig_vars:\\n  RACK_ENV: production\\n  \"BAD NAME\": x\\naddons:\\n  - heroku-postgresql:mini\\ndefault_process_types:\\n  web: bin/serve\\n  nested: {a: b}\\n'");
        compiler.UseBuildpacks(pack);

        var built = await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);

        compiler.Records.Deployed.Single().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "bin/serve" });
        compiler.Records.Defaults.ShouldBe(new Dictionary<string, string> { ["RACK_ENV"] = "production" });
        built.Output.ShouldContain("       Add-ons that the buildpack asks for -> heroku-postgresql:mini (not made by a build; add them by hand)\n");
    }

    [Theory]
    [InlineData("printf 'web: [unclosed\\n'", "The buildpack's bin/release printed YAML that cannot be read, at line 2; expected \"default_process_types:\"")]
    [InlineData("echo oops", "printed something else than a YAML mapping")]
    [InlineData("printf -- '- a\\n- b\\n'", "printed something else than a YAML mapping")]
    [InlineData("head -c 70000 /dev/zero | tr '\\0' x", "printed more than 64 KB.")]
    [InlineData("exit 7", "Push rejected, bin/release failed for Test app.")]
    public async Task Release_ThatIsBroken_IsExplained(string release, string message)
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("broken", "true", release: release));

        (await FailAsync(compiler)).ShouldContain(message);
    }

    [Theory]
    [InlineData("kill -SEGV $$", "crashed (status 139).", "Push rejected, a buildpack's bin/detect crashed.")]
    [InlineData("exec /nonexistent", "cannot be run (status 127).", "Push rejected, a buildpack's bin/detect crashed.")]
    [InlineData("echo 'wrong files'; exit 1", "wrong files", "Push rejected, the app is not compatible with its buildpack.")]
    public async Task Detect_ThatSaysNoOrCrashes_IsToldApart(string detect, string message, string verdict)
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("crash", "true", detect));

        var output = await FailAsync(compiler);

        output.ShouldContain(message);
        output.ShouldContain(verdict);
    }

    [Fact]
    public async Task Pack_WithoutCompile_IsExplained()
    {
        await using var compiler = await Compiler.StartAsync();
        var pack = compiler.Buildpack("none", "true");
        File.Delete(Path.Combine(pack, "bin/compile"));
        compiler.UseBuildpacks(pack);

        (await FailAsync(compiler)).ShouldContain(" !     It has no bin/compile.\n");
    }

    [Theory]
    [InlineData("true")]
    [InlineData("echo measured >>\"$BUILDPACK_LOG_FILE\"; exit 1")]
    public async Task Report_RunsWhateverHappened_AndIsKeptInTheLogOnly(string compile)
    {
        await using var compiler = await Compiler.StartAsync();
        var pack = compiler.Buildpack("reporting", compile + "\necho 'export LATER=1' >\"$(dirname \"$0\")/../export\"");
        Write(pack, "bin/report", "#!/bin/bash\necho \"{\\\"build\\\": \\\"$(ls \"$1\")\\\", \\\"later\\\": \\\"$LATER\\\"}\"; exit 9\n");
        compiler.UseBuildpacks(pack);

        var built = await compiler.BuildAsync(compiler.Source(("Procfile", "web: x\n")), Ct);

        compiler.Log.Lines.ShouldContain("app[build]: Report of buildpack 1: {\"build\":\"Procfile\",\"later\":\"\"}");
        compiler.Log.Lines.Contains("app[build]: Buildpack log: measured").ShouldBe(built.Result.Refusal is not null);
        built.Output.ShouldNotContain("Report of");
    }

    [Fact]
    public async Task ProfileScripts_OfEveryPack_AndExports_LikeThePublicOnes()
    {
        await using var compiler = await Compiler.StartAsync();
        // As apt does it: files beside the app, an environment for the next pack by "declare -x", a script for dynos, a cache that is reused.
        var apt = compiler.Buildpack("apt", """
            if [ -f "$2/apt/hello" ]; then echo "-----> Reusing cache"; else mkdir -p "$2/apt"; printf '#!/bin/sh\necho hello\n' >"$2/apt/hello"; chmod +x "$2/apt/hello"; fi
            mkdir -p "$1/.apt/bin" "$1/.profile.d"; cp "$2/apt/hello" "$1/.apt/bin/"
            echo 'export PATH="$HOME/.apt/bin:$PATH"' >"$1/.profile.d/000_apt.sh"
            export PATH="$1/.apt/bin:$PATH"
            export | grep -E ' PATH=' >"$(cd "$(dirname "$0")/.."; pwd)/export"
            """, "[ -f \"$1/Aptfile\" ] && echo Apt");
        // As nginx does it: its own files by names relative to its folder.
        var relative = compiler.Buildpack("relative", "cp files/start \"$1/start\"; hello >\"$1/said\"", "echo Relative");
        Write(relative, "files/start", "#!/bin/sh\nexec hello\n");
        // As exec and multi-procfile do it.
        var last = compiler.Buildpack("last", "cp \"$1/$(cat \"$3/PROCFILE\")\" \"$1/Procfile\"; mkdir -p \"$1/.profile.d\"; echo 'export LAST=1' >\"$1/.profile.d/zz.sh\"", "echo Last");
        compiler.SetConfig("PROCFILE", "deep/Procfile");
        compiler.UseBuildpacks(apt, relative, last);
        var source = compiler.Source(("Aptfile", "hello\n"), ("deep/Procfile", "web: ./start\n"));

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        var slug = await compiler.UnpackAsync(second, Ct);
        (await File.ReadAllTextAsync(Path.Combine(slug, "said"), Ct)).ShouldBe("hello\n");
        Directory.GetFiles(Path.Combine(slug, ".profile.d")).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ShouldBe(["000_apt.sh", "zz.sh"]);
        compiler.Records.Deployed.Last().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "./start" });
        first.Output.ShouldMatch("       Cache: \\S+, kept for the next build\n");
        second.Output.ShouldContain("-----> Reusing cache\n");
        second.Output.ShouldMatch("       Cache: \\S+, used as it was, nothing had to be added\n");
        second.Output.ShouldContain(" (same size)");
    }

    [Fact]
    public async Task Precedence_IsBuild_ConfigVar_App_BuildpacksFile_AppJson_Detection()
    {
        await using var compiler = await Compiler.StartAsync();
        await File.WriteAllTextAsync(compiler.Folder["buildpacks.json"], $$"""
            {
              // the operator's own
              "acme/file": "{{compiler.Buildpack("file", "true", "echo File")}}", "acme/json": "{{compiler.Buildpack("json", "true", "echo Json")}}",
              "heroku/static": null, "acme/node": "builtin:nodejs",
            }
            """, Ct);
        var (build, variable, app) = (compiler.Buildpack("build", "true", "echo Build"), compiler.Buildpack("variable", "true", "echo Variable"), compiler.Buildpack("app", "true", "echo App"));
        var source = Compiler.Example("hello-node");
        var copy = compiler.Source(("app.json", """{"buildpacks": [{"url": "acme/json"}, {"url": "urn:buildpack:acme/node"}]}"""));
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));

        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldContain("-----> Node.js app detected");
        var json = (await compiler.MustBuildAsync(copy, Ct)).Output;
        json.ShouldContain("-----> Using buildpacks of app.json:\n       1. acme/json\n       2. urn:buildpack:acme/node\n-----> Json app detected\n-----> Node.js app detected\n");
        await File.WriteAllTextAsync(Path.Combine(copy, ".buildpacks"), "# ours\r\nacme/file\r\n\n", Ct);
        (await compiler.MustBuildAsync(copy, Ct)).Output.ShouldContain("-----> Using buildpacks of .buildpacks:\n       1. acme/file\n-----> File app detected\n");
        compiler.UseBuildpacks(app);
        (await compiler.MustBuildAsync(copy, Ct)).Output.ShouldContain("-----> App app detected");
        compiler.SetConfig("BUILDPACK_URL", variable);
        (await compiler.MustBuildAsync(copy, Ct)).Output.ShouldContain("-----> Variable app detected");
        var archive = compiler.Folder["a.tar"];
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--file", archive, "--directory", copy, "."), Ct);
        (await compiler.BuildAsync(new BuildSource.Archive(archive, []), Ct, [build])).Output.ShouldContain("-----> Build app detected");
    }

    [Theory]
    [InlineData(".buildpacks", "someone/unknown\n", ".buildpacks names a buildpack that cannot be used: someone/unknown")]
    [InlineData(".buildpacks", "/etc\n", ".buildpacks names a buildpack that cannot be used: /etc")]
    [InlineData(".buildpacks", "https://example.com/x#$(touch evil)\n", ".buildpacks names a buildpack that cannot be used")]
    [InlineData("app.json", "{\"buildpacks\": [", "app.json cannot be read")]
    public async Task SourcesOwnList_ThatCannotBeUsed_IsExplained(string name, string content, string message)
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source((name, content)), Ct);

        built.Output.ShouldContain(message);
        built.Output.ShouldContain("Push rejected, the source's own list of buildpacks cannot be used.");
        compiler.ShouldHaveNoLeftovers();
    }

    [Theory]
    [InlineData("{", "it is not JSON, at line 1.")]
    [InlineData("[]", "it must be one object")]
    [InlineData("{\"a\": \"x\", \"a/b\": 1, \"c/d\": \"builtin:cobol\", \"e/f\": \"/nowhere\"}", "\"a\" is not a name; expected owner/name. a/b: expected a string or null. c/d: there is no built-in buildpack \"cobol\"; there are ")]
    public async Task OperatorsFile_ThatIsWrong_SaysWhere(string json, string message)
    {
        await using var compiler = await Compiler.StartAsync();
        await File.WriteAllTextAsync(compiler.Folder["buildpacks.json"], json, Ct);
        compiler.UseBuildpacks("heroku/nodejs");

        (await FailAsync(compiler)).ShouldContain(message);

        compiler.UseBuildpacks();
        (await compiler.MustBuildAsync(Compiler.Example("hello-node"), Ct)).Output.ShouldContain("Only the platform's own names are known.");
    }

    [Fact]
    public async Task SeveralThatFit_TheFirstIsUsed_WithANote()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(("index.html", "hi"), ("requirements.txt", ""), ("Procfile", "web: x\n"));

        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldContain("       Also fits: heroku/static. The first is used, heroku/python; to choose: heroku buildpacks:set heroku/python\n");
    }

    [Fact]
    public async Task BuildpackStack_IsWhatBuildpacksAreTold()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("BUILDPACK_STACK", "heroku-22");
        compiler.UseBuildpacks(compiler.Buildpack("stack", "echo \"for $STACK\""));

        (await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct)).Output.ShouldContain("\nfor heroku-22\n");
    }

    [Theory]
    [InlineData("echo 'npm error code E404'; exit 1", "A package, or the version of it that the app asks for, is not in its registry.")]
    [InlineData("echo 'curl: (6) Could not resolve host: example.com'; exit 1", "A server that the build needs could not be reached.")]
    [InlineData("echo 'Error: Cannot find module express'; exit 1", "The code uses a module that is not installed.")]
    [InlineData("frobnicate", "A program that the build needs is not on this stack.")]
    public async Task Failure_WithATellingLine_NamesTheLikelyCause(string compile, string cause)
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("fail", $"{compile}\nexit 1"));

        var output = await FailAsync(compiler);

        output.ShouldContain($" !     Likely cause: {cause}\n !       It said: ");
        output.ShouldContain("\n !     What to do: ");
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("echo 'not ok 1'; exit 3", 33)]
    public async Task TestMode_RunsTestCompileThenTest_AsADynoWould(string verdict, int status)
    {
        await using var compiler = await Compiler.StartAsync();
        var pack = compiler.Buildpack("tested", "echo never; exit 1");
        Write(pack, "bin/test-compile", "#!/bin/bash\nmkdir -p \"$1/.profile.d\"; echo 'export FROM_PROFILE=yes' >\"$1/.profile.d/a.sh\"\n");
        Write(pack, "bin/test", $"#!/bin/bash\necho \"profile=$FROM_PROFILE config=$CONFIG env=$(cat \"$2/CONFIG\") $(ls \"$1\")\"\n{verdict}\n");
        var archive = compiler.Folder["test.tar"];
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--file", archive, "--directory", compiler.Source(("file", "1")), "."), Ct);

        var (end, output) = await compiler.TestAsync(new BuildSource.Archive(archive, []), pack, ImmutableSortedDictionary<string, string>.Empty.Add("CONFIG", "value"), Ct);

        end.Status.ShouldBe(status, output);
        output.ShouldContain("profile=yes config=value env=value file\n");
        output.ShouldNotContain("never");
    }

    private static async Task<string> FailAsync(Compiler compiler)
    {
        var built = await compiler.BuildAsync(compiler.Source(("a", "1")), Ct);
        built.Result.Refusal.ShouldNotBeNull(built.Output);
        compiler.Records.Deployed.ShouldBeEmpty();
        compiler.ShouldHaveNoLeftovers();
        return built.Output;
    }

    private static void Write(string pack, string name, string content)
    {
        var path = Path.Combine(pack, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
    }
}
