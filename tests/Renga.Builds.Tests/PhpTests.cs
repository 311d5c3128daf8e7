using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Renga.Processes;

namespace Renga.Builds.Tests;

public sealed class PhpTests
{
    private const string Index = """
        <?php
        require __DIR__ . '/vendor/autoload.php';
        echo Poem\Line::read(), ' ', $_SERVER['REQUEST_URI'], ' ', $_SERVER['HTTPS'] ?? 'plain', ' ', class_exists('Test\Tool') ? 'with tests' : 'without tests';

        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EngineKind.Runc, "heroku-php-apache2")]
    [InlineData(EngineKind.Plain, "vendor/bin/heroku-php-nginx")]
    public async Task Packages_OfTheLockFile_AreInstalledOnce_WithoutThoseOfTests_AndServe(EngineKind engine, string server)
    {
        await using var compiler = await Compiler.StartAsync(engine: engine);
        var source = await AppAsync(compiler);
        await File.WriteAllTextAsync(Path.Combine(source, "Procfile"), $"web: {server}\n", Ct);

        var first = await compiler.MustBuildAsync(source, Ct);
        await File.AppendAllTextAsync(Path.Combine(source, "index.php"), "// changed\n", Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("- Installing examples/poem (1.0.0)");
        second.Output.ShouldContain("       Using packages from the cache\n");
        second.Output.ShouldContain("       Nothing to install, update or remove\n");
        second.Output.ShouldNotContain("Installing examples/");
        var slug = await compiler.UnpackAsync(second, Ct);
        Directory.Exists(Path.Combine(slug, "vendor/examples/tool")).ShouldBeFalse();
        (await ProcessRunner.RunAsync(Command.Of("grep", "-rl", "/build_[0-9a-f]\\{32\\}", slug), Ct)).Output.ShouldBeEmpty();
        var answers = await compiler.ServeAsync(
            second,
            async client =>
            {
                using var secure = new HttpRequestMessage(HttpMethod.Get, "/?x=1");
                secure.Headers.Add("X-Forwarded-Proto", "https");
                using var page = await client.SendAsync(secure, Ct);
                using var style = await client.GetAsync("/style.css", Ct);
                var refused = new List<string>();
                foreach (var path in new[] { "/nothing", "/nothing.php", "/composer.json", "/.env", "/vendor/autoload.php", "/Procfile" })
                {
                    using var answer = await client.GetAsync(path, Ct);
                    refused.Add(answer.IsSuccessStatusCode ? path : "refused");
                }

                using var asset = await client.GetAsync("/vendor/examples/poem/read.txt", Ct);
                return $"{await page.Content.ReadAsStringAsync(Ct)}; {style.Content.Headers.ContentType?.MediaType}; {string.Join(' ', refused.Distinct())}; {(int)asset.StatusCode}";
            },
            Ct);
        answers.ShouldBe("an old silent pond /?x=1 on without tests; text/css; refused; 200");
    }

    [Fact]
    public async Task HelloPhp_IsBuiltInTheDyno_AndServes()
    {
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-php"), Ct);

        built.Output.ShouldContain("-----> PHP app detected\n");
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
    }

    [Fact]
    public async Task PageWithoutComposer_IsServed_AndHtaccessCounts()
    {
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        var source = compiler.Source(("index.php", "<?php echo $_SERVER['REQUEST_URI'];\n"), (".htaccess", "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ index.php [L]\n"));

        var built = await compiler.MustBuildAsync(source, Ct);

        (await compiler.ServeAsync(built, client => client.GetStringAsync("/any/where", Ct), Ct)).ShouldBe("/any/where");
    }

    [Theory]
    [InlineData("symfony/framework-bundle", "symfony.lock", "APP_ENV=\"${APP_ENV-prod}\"")]
    [InlineData("laravel/framework", "artisan", "LOG_CHANNEL=\"${LOG_CHANNEL-stderr}\"")]
    public async Task Framework_IsServedFromPublic_WithItsSettings(string package, string file, string setting)
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler, package);
        Directory.CreateDirectory(Path.Combine(source, "public"));
        await File.WriteAllTextAsync(Path.Combine(source, file), "{}", Ct);
        await File.WriteAllTextAsync(Path.Combine(source, "public/index.php"), "<?php echo getenv('APP_ENV'), ' ', $_SERVER['REQUEST_URI'];\n", Ct);

        var built = await compiler.MustBuildAsync(source, Ct);

        compiler.Records.Deployed.Single().ProcessTypes["web"].ShouldBe("heroku-php-apache2 public/");
        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), ".profile.d/php.sh"), Ct)).ShouldContain(setting);
        if (package.StartsWith("laravel", StringComparison.Ordinal))
            built.Output.ShouldContain("APP_KEY is not set");

        // Apache needs the framework's .htaccess for this; nginx must know by itself.
        await File.WriteAllTextAsync(Path.Combine(source, "Procfile"), "web: heroku-php-nginx public/\n", Ct);
        built = await compiler.MustBuildAsync(source, Ct);
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/any/where", Ct), Ct)).ShouldMatch("^prod(uction)? /any/where$");
    }

    [Fact]
    public async Task LockFile_ThatIsStaleOrMissing_FailsWithAHint()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler);
        var file = Path.Combine(source, "composer.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Ct)).Replace("\"1.0.0\"", "\"^1.0\"", StringComparison.Ordinal), Ct);

        var stale = await compiler.BuildAsync(source, Ct);
        File.Delete(Path.Combine(source, "composer.lock"));
        var missing = await compiler.BuildAsync(source, Ct);

        stale.Output.ShouldContain(" !     composer.json and composer.lock disagree.\n");
        missing.Output.ShouldContain(" !     composer.lock is missing");
        missing.Output.ShouldContain("Push rejected, failed to compile PHP app.");
    }

    [Theory]
    [InlineData("{ \"require\": { \"php\": \">=99\" } }", "php", "Available PHP: 8.")]
    [InlineData("{ \"require\": { \"ext-nonesuch\": \"*\" } }", "ext-nonesuch", "Available extensions: ")]
    [InlineData("{", "", "composer.json is not valid JSON.")]
    public async Task App_ThatTheStackCannotServe_IsToldWhatThereIs(string composer, string lacks, string message)
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("composer.json", composer)), Ct);

        built.Output.ShouldContain(lacks);
        built.Output.ShouldContain(message);
    }

    [Fact]
    public async Task Archives_ComeFromTheMirror_ThatIsNamed()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler);
        var lockFile = Path.Combine(source, "composer.lock");
        var text = await File.ReadAllTextAsync(lockFile, Ct);
        await File.WriteAllTextAsync(lockFile, System.Text.RegularExpressions.Regex.Replace(text, "\"url\": \"[^\"]*poem[^\"]*\"", "\"url\": \"http://127.0.0.1:1/poem.zip\""), Ct);
        Directory.CreateDirectory(compiler.Folder["mirror/examples"]);
        File.Move(Path.Combine(source, "packages/poem.zip"), compiler.Folder["mirror/examples/poem-1.0.0.0.zip"]);
        compiler.SetConfig("COMPOSER_DIST_MIRROR", $"file://{compiler.Folder["mirror"]}/%package%-%version%.%type%");

        var built = await compiler.MustBuildAsync(source, Ct);

        built.Output.ShouldContain("- Installing examples/poem (1.0.0)");
        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "composer.lock"), Ct)).ShouldBe(await File.ReadAllTextAsync(lockFile, Ct));
    }

    [Fact]
    public async Task Tests_RunWithTheirPackages_AndTheBuildIsReported()
    {
        using var pack = await PackByHand.OfAsync(
            "php", Ct, ("composer.json", """{ "require": {}, "scripts": { "test": "@php tests.php" } }"""), ("tests.php", "<?php echo 'tests run'; exit((int) file_exists('bad'));\n"));

        await pack.MustAsync("test-compile", Ct);
        (await pack.MustAsync("test", Ct)).ShouldContain("tests run");
        JsonDocument.Parse(await pack.MustAsync("report", Ct)).RootElement.GetProperty("php_version").GetString().ShouldNotBeNull().ShouldStartWith("8.");
        await File.WriteAllTextAsync(Path.Combine(pack.Build, "bad"), "", Ct);
        (await pack.RunAsync("test", Ct)).Succeeded.ShouldBeFalse();
    }

    // Its packages are archives in a folder of the source, which is one of Composer's kinds of repository.
    private static async Task<string> AppAsync(Compiler compiler, string? more = null)
    {
        var require = more is null ? "" : $", \"{more}\": \"1.0.0\"";
        var source = compiler.Source(
            ("composer.json", $$"""
            {
              "repositories": [ { "type": "artifact", "url": "packages" }, { "packagist.org": false } ],
              "require": { "php": ">=8.0", "ext-mbstring": "*", "examples/poem": "1.0.0"{{require}} },
              "require-dev": { "examples/tool": "1.0.0" }
            }
            """),
            ("index.php", Index), ("style.css", "p {}\n"), (".env", "SECRET=1\n"), ("packages/README", ""));
        await ArchiveAsync(source, "examples/poem", "poem.zip", ("src/Line.php", "<?php\nnamespace Poem;\nclass Line { public static function read() { return 'an old silent pond'; } }\n"), ("read.txt", "x"));
        await ArchiveAsync(source, "examples/tool", "tool.zip", ("src/Tool.php", "<?php\nnamespace Test;\nclass Tool {}\n"));
        if (more is not null)
            await ArchiveAsync(source, more, "more.zip");
        await ProcessRunner.RunCheckedAsync(
            Command.Of("/usr/bin/composer", "update", "--no-interaction", "--no-install") with
            {
                WorkingFolder = source,
                Environment = ImmutableDictionary<string, string?>.Empty.Add("COMPOSER_HOME", compiler.Folder["composer"]).Add("COMPOSER_ALLOW_SUPERUSER", "1"),
            },
            Ct);
        return source;
    }

    private static async Task ArchiveAsync(string source, string package, string file, params (string Name, string Content)[] files)
    {
        await using var archive = await ZipFile.OpenAsync(Path.Combine(source, "packages", file), ZipArchiveMode.Create, Ct);
        var composer = $$"""{ "name": "{{package}}", "version": "1.0.0", "autoload": { "classmap": ["."] } }""";
        foreach (var (name, content) in files.Prepend(("composer.json", composer)))
        {
            await using var stream = await archive.CreateEntry(name).OpenAsync(Ct);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), Ct);
        }
    }
}
