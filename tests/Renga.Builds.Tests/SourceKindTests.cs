using System.Security.Cryptography;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>Sources that the build dyno fetches by itself, from servers on this machine.</summary>
public sealed class SourceKindTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zip", true)]
    [InlineData("zip", false)]
    [InlineData("tar.gz", true)]
    [InlineData("tar.gz", false)]
    public async Task Download_IsUnpacked_WithoutTheOneFolderAroundAll(string kind, bool around)
    {
        await using var compiler = await Compiler.StartAsync();
        await using var server = await FileServer.StartAsync(compiler.Folder["web"], Ct);
        var source = compiler.Source((around ? "app-main/Procfile" : "Procfile", "web: run\n"), (around ? "app-main/lib/a.txt" : "lib/a.txt", "a"));
        var file = Path.Combine(server.Folder, $"source.{kind}");
        await ProcessRunner.RunCheckedAsync(
            kind == "zip" ? new Command("zip", ["--quiet", "--recurse-paths", file, "."]) { WorkingFolder = source } : Command.Of("tar", "--create", "--gzip", "--file", file, "--directory", source, "."), Ct);
        var checksum = "SHA256:" + Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(file, Ct)));

        var built = await compiler.BuildAsync(new BuildSource.Download(new Uri($"{server.Address}source.{kind}?signature=secret"), checksum), Ct);

        built.Result.Refusal.ShouldBeNull(built.Output);
        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "lib/a.txt"), Ct)).ShouldBe("a");
        built.Output.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Download_ThatIsNotWhatWasPromised_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { MaxSourceBytes = 1024 * 1024 });
        await using var server = await FileServer.StartAsync(compiler.Folder["web"], Ct);
        await File.WriteAllBytesAsync(Path.Combine(server.Folder, "large"), new byte[2 * 1024 * 1024], Ct);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "small"), "x", Ct);

        (await FailAsync(compiler, new BuildSource.Download(new Uri($"{server.Address}nothing?signature=secret"), null))).ShouldContain("nothing: The requested URL returned error: 404");
        (await FailAsync(compiler, new BuildSource.Download(new Uri($"{server.Address}large"), null))).ShouldContain("large is larger than 1M.");
        (await FailAsync(compiler, new BuildSource.Download(new Uri($"{server.Address}small"), "SHA256:" + new string('0', 64)))).ShouldContain("and 0000000000000000000000000000000000000000000000000000000000000000 was expected.");
        (await FailAsync(compiler, new BuildSource.Download(new Uri($"{server.Address}small"), "MD5:1"))).ShouldContain("The source's checksum must be \"SHA256:\" and 64 hex digits.");
        (await FailAsync(compiler, new BuildSource.Download(new Uri("file:///etc/passwd"), null))).ShouldContain("must begin with https:// or http://");
        (await FailAsync(compiler, new BuildSource.Download(new Uri("http://127.0.0.1:1/x.tgz"), null))).ShouldContain("Push rejected, the source could not be fetched.");
    }

    [Fact]
    public async Task Repository_IsClonedAtItsRef_AndItsCommitIsKnown()
    {
        await using var compiler = await Compiler.StartAsync();
        await using var server = await FileServer.StartAsync(compiler.Folder["web"], Ct);
        var (first, second) = await RepositoryAsync(compiler, server, "app");
        var url = new Uri($"{server.Address}app/.git");

        (await MustBuildAsync(null)).ShouldBe(("two", second));
        (await MustBuildAsync("v1")).ShouldBe(("one", first));
        (await MustBuildAsync(first)).ShouldBe(("one", first));
        (await FailAsync(compiler, new BuildSource.Repository(url, "nowhere"))).ShouldContain("Could not clone");
        (await FailAsync(compiler, new BuildSource.Repository(url, "--upload-pack=x"))).ShouldContain("is not a branch, tag or commit.");
        (await FailAsync(compiler, new BuildSource.Repository(new Uri("ssh://git@example.com/app.git"), null))).ShouldContain("A build has no SSH key.");
        (await FailAsync(compiler, new BuildSource.Repository(new Uri("http://127.0.0.1:1/app.git"), null))).ShouldContain("Expected a public git repository that this machine can reach.");

        async Task<(string, string?)> MustBuildAsync(string? reference)
        {
            var built = await compiler.BuildAsync(new BuildSource.Repository(url, reference), Ct);
            built.Result.Refusal.ShouldBeNull(built.Output);
            var slug = await compiler.UnpackAsync(built, Ct);
            Directory.Exists(Path.Combine(slug, ".git")).ShouldBeFalse();
            return ((await File.ReadAllTextAsync(Path.Combine(slug, "version"), Ct)).Trim(), compiler.Records.Deployed.Last().Commit);
        }
    }

    [Fact]
    public async Task Submodules_AreFetchedAtTheirCommit()
    {
        await using var compiler = await Compiler.StartAsync();
        await using var server = await FileServer.StartAsync(compiler.Folder["web"], Ct);
        var (first, _) = await RepositoryAsync(compiler, server, "library");

        var built = await compiler.BuildAsync(await WithSubmoduleAsync(compiler, new Submodule("vendor/library", $"{server.Address}library/.git", first)), Ct);

        built.Result.Refusal.ShouldBeNull(built.Output);
        var slug = await compiler.UnpackAsync(built, Ct);
        (await File.ReadAllTextAsync(Path.Combine(slug, "vendor/library/version"), Ct)).ShouldBe("one\n");
        Path.Exists(Path.Combine(slug, "vendor/library/.git")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("../up", "https://example.com/x.git", "is at a path that a repository cannot have.")]
    [InlineData("a/.git/hooks", "https://example.com/x.git", "is at a path that a repository cannot have.")]
    [InlineData("/etc", "https://example.com/x.git", "is at a path that a repository cannot have.")]
    [InlineData("lib", "../sibling.git", "Write the whole https address in .gitmodules.")]
    [InlineData("lib", "git@example.com:x/y.git", "since a build has no SSH key. Change it in .gitmodules.")]
    [InlineData("lib", "file:///etc", "since a build has no SSH key. Change it in .gitmodules.")]
    [InlineData("link/lib", "http://127.0.0.1:1/x.git", "The submodule link/lib goes through the link link.")]
    [InlineData("full", "http://127.0.0.1:1/x.git", "The submodule full is at a place that has files.")]
    [InlineData("lib", "http://127.0.0.1:1/x.git", "Could not fetch the submodule lib")]
    public async Task Submodule_ThatCannotBe_IsExplained(string path, string url, string message)
    {
        await using var compiler = await Compiler.StartAsync();

        (await FailAsync(compiler, await WithSubmoduleAsync(compiler, new Submodule(path, url, new string('a', 40))))).ShouldContain(message);
    }

    [Fact]
    public async Task LfsPointer_IsWarnedOf_ByItsName()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.MustBuildAsync(
            compiler.Source(("Procfile", "web: x\n"), (".gitattributes", "*.mp4 filter=lfs diff=lfs merge=lfs -text\n"),
                ("public/film.mp4", $"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('1', 64)}\nsize 12345\n")),
            Ct);

        built.Output.ShouldContain(" !     Warning: public/film.mp4 came as a Git LFS pointer, not as the file itself.\n");
        built.Output.ShouldContain("git lfs migrate export");
    }

    private static async Task<BuildSource> WithSubmoduleAsync(Compiler compiler, Submodule submodule)
    {
        var source = compiler.Source(("Procfile", "web: x\n"), ("full/a", "1"));
        File.CreateSymbolicLink(Path.Combine(source, "link"), "full");
        var archive = compiler.Folder["with-submodule.tar"];
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--file", archive, "--directory", source, "."), Ct);
        return new BuildSource.Archive(archive, [submodule]);
    }

    /// <summary>Two commits, "one" tagged v1 and "two", served as plain files.</summary>
    private static async Task<(string First, string Second)> RepositoryAsync(Compiler compiler, FileServer server, string name)
    {
        var folder = Path.Combine(server.Folder, name);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Procfile"), "web: run\n", Ct);
        var first = await CommitAsync("one");
        await GitAsync("tag", "v1");
        var second = await CommitAsync("two");
        await GitAsync("update-server-info");
        return (first, second);

        async Task<string> CommitAsync(string version)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "version"), version + "\n", Ct);
            if (version == "one")
                await GitAsync("init", "--quiet", "--initial-branch=main");
            await GitAsync("add", "-A");
            await GitAsync("commit", "--quiet", "-m", version);
            return (await GitAsync("rev-parse", "HEAD")).Output.Trim();
        }

        Task<CommandResult> GitAsync(params ReadOnlySpan<string> arguments) =>
            ProcessRunner.RunCheckedAsync(new Command("git", ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", .. arguments]) { WorkingFolder = folder }, Ct);
    }

    private static async Task<string> FailAsync(Compiler compiler, BuildSource source)
    {
        var deployed = compiler.Records.Deployed.Count;
        var built = await compiler.BuildAsync(source, Ct);
        built.Result.Refusal.ShouldNotBeNull(built.Output);
        built.Output.ShouldNotContain("secret");
        compiler.Records.Deployed.Count.ShouldBe(deployed);
        compiler.ShouldHaveNoLeftovers();
        return built.Output;
    }
}
