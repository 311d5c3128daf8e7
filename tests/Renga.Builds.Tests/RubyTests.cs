using System.Text.Json;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Builds.Tests;

public sealed class RubyTests
{
    private const string Gemfile = """
        source "https://rubygems.org"
        gem "rack", "~> 2.2"
        gem "webrick"
        gem "rake"
        group :test do
          gem "minitest"
        end

        """;

    private const string Rack = """
        run lambda { |env| [200, {}, ["rack #{ENV['RACK_ENV']} #{defined?(Minitest).inspect}"]] }

        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gems_OfTheLockFile_AreInstalledOnce_WithoutThoseOfTests_AndServe()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler);

        var first = await compiler.MustBuildAsync(source, Ct);
        await File.AppendAllTextAsync(Path.Combine(source, "config.ru"), "# changed\n", Ct);
        Directory.Delete(compiler.Folder["gems"], recursive: true);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       Using Ruby ");
        first.Output.ShouldContain("       Installing rack ");
        second.Output.ShouldContain("       Using gems from the cache: Gemfile.lock is unchanged\n");
        second.Output.ShouldNotContain("bundle install");
        compiler.Records.Deployed.Last().ProcessTypes.Keys.ShouldBe(["web", "console", "rake"], ignoreOrder: true);
        (await compiler.ServeAsync(second, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("rack production nil");
        var slug = await compiler.UnpackAsync(second, Ct);
        Directory.EnumerateDirectories(Path.Combine(slug, "vendor/bundle"), "minitest-*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await ProcessRunner.RunAsync(Command.Of("grep", "-rl", "/build_[0-9a-f]\\{32\\}", slug), Ct)).Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task HelloRuby_WithItsGemsInTheSource_IsBuiltInTheDyno_AndServes()
    {
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        var source = compiler.Source();
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "-r", Compiler.Example("hello-ruby") + "/.", source), Ct);
        await MachineGems.PackAsync(Path.Combine(source, "vendor/cache"), Ct, "rack", "webrick");

        var built = await compiler.MustBuildAsync(source, Ct);

        built.Output.ShouldContain("-----> Ruby app detected\n");
        built.Output.ShouldContain("       Every gem is in vendor/cache\n");
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
    }

    [Fact]
    public async Task LockFile_ThatIsStale_FailsWithAHint()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await AppAsync(compiler);
        await File.AppendAllTextAsync(Path.Combine(source, "Gemfile"), "gem 'json'\n", Ct);

        var built = await compiler.BuildAsync(source, Ct);

        built.Output.ShouldContain(" !     Gemfile and Gemfile.lock disagree");
        built.Output.ShouldContain("Push rejected, failed to compile Ruby app.");
    }

    [Theory]
    [InlineData("", "Gemfile.lock is missing")]
    [InlineData("ruby '9.9.9'", "Ruby 9.9.9 is not on this machine (it has 3.")]
    [InlineData("ruby 'the newest'", "\"the newest\" is not a version of Ruby.")]
    [InlineData("ruby '3.1.0', engine: 'jruby', engine_version: '9.4.0.0'", "jruby is asked for, and only Ruby itself (MRI) is offered.")]
    public async Task App_ThatCannotBeBuilt_IsToldWhy(string line, string message)
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("RUBY_DOWNLOAD_URL", "file:///nonexistent");
        var source = compiler.Source(("Gemfile", line + "\n"));
        if (line.Length > 0)
            await File.WriteAllTextAsync(Path.Combine(source, "Gemfile.lock"), "GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n", Ct);

        (await compiler.BuildAsync(source, Ct)).Output.ShouldContain(message);
    }

    [Theory]
    [InlineData("ruby '~> 3.2.1'", null, "3.2.9")]
    [InlineData("ruby '>= 3.2', '< 3.4'", null, "3.3.0")]
    [InlineData("ruby file: '.ruby-version'", "ruby-3.2.9", "3.2.9")]
    [InlineData("", "3.2", "3.2.9")]
    public async Task Ruby_ThatTheMachineLacks_IsBuiltFromItsSourceOnce(string line, string? versionFile, string expected)
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferRubyAsync(compiler, "3.2.1", "3.2.9", "3.3.0");
        var source = compiler.Source(("Gemfile", line + "\n"), ("Gemfile.lock", "GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n"), ("Procfile", "web: ruby -v\n"));
        if (versionFile is not null)
            await File.WriteAllTextAsync(Path.Combine(source, ".ruby-version"), versionFile + "\n", Ct);

        // The Ruby that is offered pretends only, so Bundler would say that the Gemfile asks for another.
        var first = await compiler.BuildAsync(source, Ct);

        first.Output.ShouldContain($"       Downloading the source of Ruby {expected}\n");
        if (line.Length > 0)
            return;
        first.Result.Refusal.ShouldBeNull(first.Output);
        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldContain($"       Using Ruby {expected} from the cache\n");
        File.Exists(Path.Combine(await compiler.UnpackAsync(first, Ct), ".renga/ruby/bin/ruby")).ShouldBeTrue();
    }

    [Fact]
    public async Task Ruby_WithAnotherDigest_IsNotBuilt()
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferRubyAsync(compiler, "3.2.9");
        await File.AppendAllTextAsync(compiler.Folder["rubies/3.2/ruby-3.2.9.tar.gz"], "more", Ct);

        var built = await compiler.BuildAsync(compiler.Source(("Gemfile", "ruby '3.2.9'\n"), ("Gemfile.lock", "GEM\n  specs:\n")), Ct);

        built.Output.ShouldContain("does not have the digest that is published for it");
        built.Result.Refusal.ShouldNotBeNull();
    }

    [Fact]
    public async Task RailsApp_GetsItsAssets_ItsSettings_AndASecretThatStays()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await RailsAppAsync(compiler);

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);
        compiler.SetConfig("DISABLE_ASSETS_PRECOMPILE", "1");
        var third = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("-----> Compiling assets (rake assets:precompile)\n       made for production\n");
        second.Output.ShouldContain("       found the last ones\n");
        third.Output.ShouldNotContain("Compiling assets");
        var types = compiler.Records.Deployed.First().ProcessTypes;
        types["web"].ShouldBe("ruby bin/rails server -b 0.0.0.0 -p ${PORT:-5000} -e $RAILS_ENV");
        types.Keys.ShouldBe(["web", "console", "rake"], ignoreOrder: true);
        var profiles = new List<string>();
        foreach (var built in new[] { first, second })
        {
            var slug = await compiler.UnpackAsync(built, Ct);
            File.Exists(Path.Combine(slug, "public/assets/app.js")).ShouldBeTrue();
            (await File.ReadAllTextAsync(Path.Combine(slug, "config/database.yml"), Ct)).ShouldBe("production: {}\n");
            profiles.Add(await File.ReadAllTextAsync(Path.Combine(slug, ".profile.d/ruby.sh"), Ct));
        }

        profiles[0].ShouldBe(profiles[1]);
        profiles[0].ShouldMatch("SECRET_KEY_BASE=\\$\\{SECRET_KEY_BASE:-[0-9a-f]{128}\\}");
        foreach (var setting in new[] { "MALLOC_ARENA_MAX", "RAILS_SERVE_STATIC_FILES", "RAILS_LOG_TO_STDOUT", "RAILS_ENV=${RAILS_ENV:-production}" })
            profiles[0].ShouldContain(setting);
    }

    [Fact]
    public async Task Tests_RunWithTheGemsOfTests_AndTheBuildIsReported()
    {
        using var pack = await PackByHand.OfAsync(
            "ruby", Ct,
            ("Gemfile", Gemfile),
            ("Rakefile", "require 'minitest'\ntask(:test) { puts \"tests run in #{ENV['RAILS_ENV']}\" }\n"));
        using var gems = new TemporaryFolder();
        await MirrorAsync(gems.Path);
        await LockAsync(pack.Build, gems.Path);
        pack.SetConfig("BUNDLE_MIRROR__ALL", $"file://{gems.Path}");

        var compiled = await pack.MustAsync("test-compile", Ct);
        var tested = await pack.MustAsync("test", Ct);
        var report = JsonDocument.Parse(await pack.MustAsync("report", Ct)).RootElement;

        compiled.ShouldContain("Installing minitest ");
        tested.ShouldBe("tests run in test\n");
        report.GetProperty("ruby_version").GetString().ShouldNotBeNull().ShouldStartWith("3.");
        report.GetProperty("package_manager").GetString().ShouldBe("bundler");
    }

    private static async Task<string> AppAsync(Compiler compiler)
    {
        var source = compiler.Source(("Gemfile", Gemfile), ("config.ru", Rack), ("Rakefile", "task(:default) {}\n"));
        await MirrorAsync(compiler.Folder["gems"]);
        await LockAsync(source, compiler.Folder["gems"]);
        compiler.SetConfig("BUNDLE_MIRROR__ALL", $"file://{compiler.Folder["gems"]}");
        return source;
    }

    private static async Task<string> RailsAppAsync(Compiler compiler)
    {
        const string Tasks = """
            task "assets:precompile" do
              puts Dir.exist?("public/assets") ? "found the last ones" : "made for #{ENV["RAILS_ENV"]}"
              mkdir_p "public/assets", verbose: false
              File.write("public/assets/app.js", "// #{ENV.fetch("SECRET_KEY_BASE").size}")
            end

            """;
        var source = compiler.Source(
            ("Gemfile", "source 'https://rubygems.org'\ngem 'railties'\ngem 'rake'\n"), ("Rakefile", Tasks), ("bin/rails", ""), ("config/application.rb", ""), ("config/database.yml", "production: {}\n"));
        var gems = compiler.Folder["gems"];
        await MachineGems.PackAsync(Path.Combine(gems, "gems"), Ct, "rake");
        await MachineGems.MakeAsync(Path.Combine(gems, "gems"), "railties", "7.1.0", Ct);
        await MachineGems.IndexAsync(gems, Ct);
        await LockAsync(source, gems);
        compiler.SetConfig("BUNDLE_MIRROR__ALL", $"file://{gems}");
        return source;
    }

    private static async Task MirrorAsync(string folder)
    {
        await MachineGems.PackAsync(Path.Combine(folder, "gems"), Ct, "rack", "webrick", "rake", "minitest");
        await MachineGems.IndexAsync(folder, Ct);
    }

    private static Task LockAsync(string source, string mirror) =>
        ProcessRunner.RunCheckedAsync(
            Command.Of("/usr/bin/bundle", "lock") with
            {
                WorkingFolder = source,
                Environment = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty.Add("BUNDLE_MIRROR__ALL", $"file://{mirror}").Add("BUNDLE_USER_HOME", mirror),
            },
            Ct);

    // As ruby-lang.org publishes: an index of digests, and archives whose "configure" and "make install" leave a ruby, here the machine's by another name.
    private static async Task OfferRubyAsync(Compiler compiler, params string[] versions)
    {
        var index = "name\turl\tsha1\tsha256\tsha512\n";
        foreach (var version in versions)
        {
            var folder = compiler.Folder[$"rubies/{version[..3]}"];
            var source = compiler.Source(($"ruby-{version}/configure", """
                #!/bin/sh
                prefix=${1#--prefix=}
                printf 'all:\ninstall:\n\tmkdir -p %s/bin && printf "#!/bin/sh\\nexec /usr/bin/ruby \\"$$%s\\"\\n" >%s/bin/ruby && chmod +x %s/bin/ruby\n' "$prefix" @ "$prefix" "$prefix" >Makefile

                """));
            Directory.CreateDirectory(folder);
            var archive = Path.Combine(folder, $"ruby-{version}.tar.gz");
            await ProcessRunner.RunCheckedAsync(Command.Of("tar", "-czf", archive, "-C", source, $"ruby-{version}"), Ct);
            var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(archive, Ct)));
            index += $"ruby-{version}\thttps://cache.ruby-lang.org/pub/ruby/{version[..3]}/ruby-{version}.tar.gz\tx\t{digest}\tx\n";
        }

        await File.WriteAllTextAsync(compiler.Folder["rubies/index.txt"], index, Ct);
        compiler.SetConfig("RUBY_DOWNLOAD_URL", $"file://{compiler.Folder["rubies"]}");
    }
}
