using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>
/// Public Heroku buildpacks, unmodified, each on a small app. They are not part of this repository: clone them into the folder that RENGA_PUBLIC_BUILDPACKS names,
/// under the names of their repositories (docs/reference/buildpacks.md). Without it these tests are skipped.
/// </summary>
public sealed class PublicBuildpackTests
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("RENGA_PUBLIC_BUILDPACKS");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Null_BuildsAnything(EngineKind engine)
    {
        await using var compiler = await StartAsync(engine, "null-buildpack");

        var built = await compiler.MustBuildAsync(compiler.Source(("Procfile", "web: ./serve\n")), Ct);

        built.Output.ShouldContain("-----> Null app detected\n-----> Nothing to compile\n");
    }

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Inline_RunsTheAppsOwnScripts(EngineKind engine)
    {
        await using var compiler = await StartAsync(engine, "heroku-buildpack-inline");

        var built = await compiler.MustBuildAsync(
            compiler.Source(
                ("bin/detect", "#!/bin/sh\necho Inline\n"),
                ("bin/compile", "#!/bin/sh\necho \"compiled $1\" >$1/made; ls $3 >$1/vars\n"),
                ("bin/release", "#!/bin/sh\nprintf 'default_process_types:\\n  web: cat made\\n'\n")),
            Ct);

        built.Output.ShouldContain("-----> Inline app detected");
        compiler.Records.Deployed.Single().ProcessTypes["web"].ShouldBe("cat made");
        File.Exists(Path.Combine(await compiler.UnpackAsync(built, Ct), "made")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task MultiProcfile_TakesTheOneThatTheConfigVarNames(EngineKind engine)
    {
        await using var compiler = await StartAsync(engine, "heroku-buildpack-multi-procfile");
        compiler.SetConfig("PROCFILE", "services/api/Procfile");

        await compiler.MustBuildAsync(compiler.Source(("Procfile", "web: wrong\n"), ("services/api/Procfile", "web: right\n"), ("services/api/app.json", "{}")), Ct);

        compiler.Records.Deployed.Single().ProcessTypes["web"].ShouldBe("right");
    }

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Exec_AddsItsProfileScript_BesideAnotherPack(EngineKind engine)
    {
        await using var compiler = await StartAsync(engine, "exec-buildpack", "heroku/nodejs");

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-node"), Ct);

        File.Exists(Path.Combine(await compiler.UnpackAsync(built, Ct), ".profile.d/heroku-exec.sh")).ShouldBeTrue();
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
    }

    [Fact]
    public async Task Multi_ReadsTheAppsList()
    {
        await using var compiler = await StartAsync(EngineKind.Plain, "heroku-buildpack-multi");

        var built = await compiler.MustBuildAsync(
            compiler.Source((".buildpacks", $"file://{Pack("null-buildpack")}\nfile://{Pack("heroku-buildpack-inline")}\n"),
                ("bin/detect", "#!/bin/sh\necho Inline\n"), ("bin/compile", "#!/bin/sh\ntrue\n"), ("bin/release", "#!/bin/sh\nprintf 'default_process_types:\\n  web: inline\\n'\n")),
            Ct);

        built.Output.ShouldContain("=====> Detected Framework: Null");
        compiler.Records.Deployed.Single().ProcessTypes["web"].ShouldBe("inline");
    }

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Nginx_ServesInFrontOfTheApp(EngineKind engine)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/erb"), "This buildpack's start script needs erb (Debian: ruby).");
        await using var compiler = await StartAsync(engine, "heroku-buildpack-nginx");
        compiler.SetConfig("BUILDPACK_STACK", "heroku-22");

        var built = await compiler.MustBuildAsync(
            compiler.Source(("Procfile", "web: bin/start-nginx-solo\n"), ("config/nginx.conf.erb", """
                daemon off;
                worker_processes 1;
                error_log stderr;
                pid /tmp/nginx-<%= ENV['PORT'] %>.pid;
                events { worker_connections 64; }
                http {
                  access_log off;
                  client_body_temp_path /tmp/nginx-body-<%= ENV['PORT'] %>; proxy_temp_path /tmp/nginx-proxy-<%= ENV['PORT'] %>; fastcgi_temp_path /tmp/nginx-fastcgi-<%= ENV['PORT'] %>;
                  uwsgi_temp_path /tmp/nginx-uwsgi-<%= ENV['PORT'] %>; scgi_temp_path /tmp/nginx-scgi-<%= ENV['PORT'] %>;
                  server { listen <%= ENV['PORT'] %>; location / { return 200 "from nginx\n"; } }
                }
                """)),
            Ct);

        built.Output.ShouldContain("nginx-buildpack: Installed nginx/");
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("from nginx\n");
    }

    /// <summary>The pack's table of versions is a file of its own; what it downloads is put into its cache first, from this machine's Go.</summary>
    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Go_BuildsAndServes(EngineKind engine)
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/go-1.19"), "This test uses Debian's Go 1.19 (package golang-1.19-go).");
        await using var compiler = await StartAsync(engine, "heroku-buildpack-go");
        var go = compiler.Buildpack("go-in-cache", "mkdir -p \"$2/.heroku/go/go1.19.13\" && ln -sfn /usr/lib/go-1.19 \"$2/.heroku/go/go1.19.13/go\"");
        compiler.UseBuildpacks(go, Pack("heroku-buildpack-go"));

        var built = await compiler.MustBuildAsync(
            compiler.Source(("go.mod", "module example.com/hello\n\ngo 1.19\n"), ("main.go", """
                package main

                import (
                	"fmt"
                	"net/http"
                	"os"
                )

                func main() {
                	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "from go") })
                	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
                }
                """)),
            Ct);

        built.Output.ShouldContain("-----> Using go1.19.13");
        compiler.Log.Lines.ShouldContain(static l => l.Contains("Report of buildpack 2: {", StringComparison.Ordinal) && l.Contains("go1.19.13", StringComparison.Ordinal));
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("from go\n");
    }

    /// <summary>Node.js comes from an archive that this test makes of the machine's own, through the pack's NODE_BINARY_URL; packages come from the registry that npm knows.</summary>
    [Fact]
    public async Task Nodejs_BuildsAndServes()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/node") && Directory.Exists("/usr/lib/node_modules/npm"), "This test needs Node.js with npm in /usr.");
        await using var compiler = await StartAsync(EngineKind.Plain, "heroku-buildpack-nodejs");
        await using var server = await FileServer.StartAsync(compiler.Folder["web"], Ct);
        await ProcessRunner.RunCheckedAsync(
            Command.Of("tar", "--create", "--gzip", "--file", Path.Combine(server.Folder, "node.tgz"), "--transform", "s,^usr/,node/,", "--directory", "/", "usr/bin/node", "usr/bin/npm", "usr/lib/node_modules/npm"), Ct);
        compiler.SetConfig("NODE_BINARY_URL", $"{server.Address}node.tgz");
        var source = compiler.Source(
            ("package.json", """{ "name": "hello", "version": "1.0.0", "private": true, "engines": { "node": "20.x" }, "scripts": { "start": "node index.js" }, "dependencies": { "ms": "2.1.3" } }"""),
            ("index.js", "require('http').createServer((_, a) => a.end('from node ' + require('ms')(1000) + '\\n')).listen(process.env.PORT)\n"));
        await ProcessRunner.RunCheckedAsync(Command.Of("npm", "install", "--package-lock-only", "--no-audit", "--no-fund") with { WorkingFolder = source }, Ct);

        var built = await compiler.MustBuildAsync(source, Ct);

        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("from node 1s\n");
        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldContain("Restoring cache");
        // A name that the pack has of its own, in a folder that is the machine's without isolation.
        File.Delete("/tmp/node.tar.gz");
    }

    /// <summary>Needs a machine whose apt has a sources.list, as Heroku's stacks do, and a mirror that it reaches.</summary>
    [Fact]
    public async Task Apt_InstallsThePackagesOfTheAptfile()
    {
        Assert.SkipUnless(File.Exists("/etc/apt/sources.list"), "This buildpack reads /etc/apt/sources.list, which this machine has not.");
        await using var compiler = await StartAsync(EngineKind.Plain, "heroku-buildpack-apt");

        var built = await compiler.MustBuildAsync(compiler.Source(("Aptfile", "hello\n"), ("Procfile", "web: hello\n")), Ct);

        File.Exists(Path.Combine(await compiler.UnpackAsync(built, Ct), ".apt/usr/bin/hello")).ShouldBeTrue();
        (await compiler.MustBuildAsync(compiler.Source(("Aptfile", "hello\n"), ("Procfile", "web: hello\n")), Ct)).Output.ShouldContain("-----> Reusing cache");
    }

    /// <summary>
    /// Those that download a language's runtime: each builds, or its failure names the server that could not be reached. Isolated, since some write to /app, which
    /// without isolation is the machine's.
    /// </summary>
    [Theory]
    [InlineData("heroku-buildpack-python", "requirements.txt", "", ".python-version", "3.12\n", "app.py", "")]
    [InlineData("heroku-buildpack-ruby", "Gemfile", "source 'https://rubygems.org'\n", "Gemfile.lock", "GEM\n  remote: https://rubygems.org/\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n\nBUNDLED WITH\n   2.5.6\n", "config.ru", "")]
    [InlineData("heroku-buildpack-php", "composer.json", "{}", "index.php", "<?php echo 'hi';", "Procfile", "web: heroku-php-apache2\n")]
    [InlineData("heroku-buildpack-java", "pom.xml", "<project/>", "system.properties", "java.runtime.version=17\n", "a", "")]
    [InlineData("heroku-buildpack-jvm-common", "system.properties", "java.runtime.version=17\n", "a", "", "b", "")]
    [InlineData("heroku-buildpack-gradle", "build.gradle", "", "gradlew", "#!/bin/sh\n", "a", "")]
    [InlineData("heroku-buildpack-scala", "build.sbt", "", "project/build.properties", "sbt.version=1.9.9\n", "a", "")]
    [InlineData("heroku-buildpack-clojure", "project.clj", "(defproject a \"1\")", "a", "", "b", "")]
    public async Task Language_BuildsOrNamesWhatItCannotReach(string pack, string name1, string content1, string name2, string content2, string name3, string content3)
    {
        await using var compiler = await StartAsync(EngineKind.Runc, pack);
        compiler.SetConfig("BUILDPACK_STACK", "heroku-22");

        var built = await compiler.BuildAsync(compiler.Source((name1, content1), (name2, content2), (name3, content3)), Ct);

        TestContext.Current.TestOutputHelper!.WriteLine(built.Output);
        if (built.Result.Refusal is not null)
            built.Output.ShouldContain("Likely cause: A server that the build needs could not be reached.");
        compiler.ShouldHaveNoLeftovers();
    }

    [Fact]
    public async Task Static_OfAStackThatIsGone_IsToldWhatToSet()
    {
        await using var compiler = await StartAsync(EngineKind.Plain, "heroku-buildpack-static");

        (await compiler.BuildAsync(compiler.Source(("static.json", "{}")), Ct)).Output.ShouldContain("What to do: Give it the name of the stack that it should take this one for: heroku config:set BUILDPACK_STACK=heroku-22");
    }

    /// <summary>An app's compiler that builds with public packs (by the name of their repository) and ours (by name).</summary>
    private static async Task<Compiler> StartAsync(EngineKind engine, params string[] packs)
    {
        foreach (var name in packs.Where(static p => !p.StartsWith("heroku/", StringComparison.Ordinal)))
            Assert.SkipUnless(Folder is not null && Directory.Exists(Path.Combine(Folder, name)), $"Set RENGA_PUBLIC_BUILDPACKS to a folder with a clone of {name}.");
        var compiler = await Compiler.StartAsync(o => o with { LocalBuildpackFolders = [.. o.LocalBuildpackFolders, Folder!] }, engine);
        compiler.UseBuildpacks([.. packs.Select(static p => p.StartsWith("heroku/", StringComparison.Ordinal) ? p : Pack(p))]);
        return compiler;
    }

    private static string Pack(string name) => Path.Combine(Folder!, name);
}
