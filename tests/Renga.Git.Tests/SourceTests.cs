using System.Globalization;
using System.Text;
using Renga.Git.Pushes;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Git.Tests;

/// <summary>What a commit may hold besides files, and how it may arrive.</summary>
public sealed class SourceTests
{
    private const string Commit = "1111111111111111111111111111111111111111";
    private const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submodules_AreHandedToTheBuild()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WithLinksAsync("lib/verse", "vendor/alone");
        await copy.CommitAsync(".gitmodules", "[submodule \"verse\"]\n\tpath = lib/verse\n\turl = https://git.example.com/verse.git\n\tbranch = main\n[submodule \"gone\"]\n\tpath = gone\n\turl = ../gone\n", Ct);

        var push = await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Error.ShouldContain("Warning: \"vendor/alone\" is another repository that .gitmodules does not name");
        ((BuildSource.Archive)host.Builds.Builds.ShouldHaveSingleItem().Request.Source).Submodules.ShouldHaveSingleItem()
            .ShouldBe(new Submodule("lib/verse", "https://git.example.com/verse.git", Commit));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("/root")]
    [InlineData("a/../../b")]
    [InlineData("a/.GIT/hooks")]
    [InlineData("a\tb")]
    [InlineData("")]
    public void Submodule_WithAPathThatIsNoFolderInside_IsRefused(string path) =>
        Submodules.Match(new Dictionary<string, string> { [path] = Commit }, $"submodule.x.path\n{path}\0submodule.x.url\nhttps://git.example.com/x\0")
            .Refusal.ShouldNotBeNull().Message.ShouldContain("not a folder inside the repository");

    [Theory]
    [InlineData("../verse.git", "relative to its parent (../verse.git)")]
    [InlineData("git@git.example.com:me/verse.git", "over SSH, for which the build has no key")]
    [InlineData("ssh://git@git.example.com/verse.git", "over SSH, for which the build has no key")]
    [InlineData("/srv/verse.git", "a URL that the build cannot fetch")]
    [InlineData("file:///srv/verse.git", "a URL that the build cannot fetch")]
    [InlineData("ext::sh -c id", "no URL in .gitmodules that can be fetched")]
    public async Task Submodule_WithAUrlThatABuildCannotUse_IsRefused(string url, string reason)
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WithLinksAsync("verse");
        await copy.CommitAsync(".gitmodules", $"[submodule \"verse\"]\n\tpath = verse\n\turl = {url}\n", Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("remote: !\tPush rejected to ronin.");
        push.Error.ShouldContain(reason);
        host.Builds.Builds.ShouldBeEmpty();
    }

    [Fact]
    public async Task LargeFilePointers_AreRefusedByName()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n", Ct);
        await copy.CommitAsync("README.md", "A pointer looks like this:\n" + Pointer, Ct);
        (await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main")).Status.ShouldBe(0);
        foreach (var i in Enumerable.Range(1, 7))
            await copy.CommitAsync($"art/piece {i}.bin", Pointer, Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("this server has no LFS store");
        push.Error.ShouldContain("remote:  !       art/piece 5.bin");
        push.Error.ShouldContain("and more");
        push.Error.ShouldNotContain("README.md");
        push.Error.ShouldNotContain("piece 6");
        host.Builds.Builds.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Push_FromAShallowClone_IsBuiltAndTheRestMayFollow()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct, "One");
        await copy.CommitAsync("a", "2", Ct, "Two");
        await copy.MustAsync(Ct, "clone", "--quiet", "--depth", "1", $"file://{copy.Path}", "shallow");

        await copy.MustAsync(Ct, "-C", "shallow", "push", host.AppUrl("ronin"), "main");
        await copy.CommitAsync("a", "3", Ct, "Three");
        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");

        host.Builds.Builds.Select(static b => (b.Request.CommitDescription, b.Files["a"])).ShouldBe([("Two", "2"), ("Three", "3")]);
        await copy.MustAsync(Ct, "clone", "--quiet", host.AppUrl("ronin"), "clone");
        (await File.ReadAllTextAsync(Path.Combine(copy.Path, "clone/a"), Ct)).ShouldBe("3");
    }

    [Fact]
    public async Task Push_OfAHundredThousandFiles_IsBuilt()
    {
        const int Files = 100_000;
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        var import = new StringBuilder("commit refs/heads/main\ncommitter Dev <dev@example.com> 0 +0000\ndata 4\nMany");
        for (var i = 0; i < Files; i++)
            import.Append(CultureInfo.InvariantCulture, $"\nM 644 inline {i % 1000}/{i}.txt\ndata {i.ToString(CultureInfo.InvariantCulture).Length}\n{i}");
        (await ProcessRunner.RunAsync(copy.Git("fast-import", "--quiet"), Ct, import.Append('\n').ToString())).Status.ShouldBe(0);

        await copy.MustAsync(Ct, "push", "--quiet", host.AppUrl("ronin"), "main");

        var files = host.Builds.Builds.ShouldHaveSingleItem().Files;
        (files.Count, files["999/99999.txt"]).ShouldBe((Files, "99999"));
    }

    [Fact]
    public async Task Push_WhenTheRepositoryIsGone_MakesItAgain()
    {
        await using var host = await GitHost.StartAsync();
        var app = host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);
        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");
        Directory.Delete(host.Repository(app), recursive: true);

        await copy.MustAsync(Ct, "push", host.AppUrl("ronin"), "main");

        host.Builds.Builds.Count.ShouldBe(2);
    }

    /// <summary>A working copy whose tree names other repositories at these folders.</summary>
    private static async Task<WorkingCopy> WithLinksAsync(params string[] folders)
    {
        var copy = await WorkingCopy.CreateAsync(Ct);
        foreach (var folder in folders)
        {
            // As git has it where a submodule was not checked out: an empty folder.
            Directory.CreateDirectory(Path.Combine(copy.Path, folder));
            await copy.MustAsync(Ct, "update-index", "--add", "--cacheinfo", $"160000,{Commit},{folder}");
        }

        return copy;
    }
}
