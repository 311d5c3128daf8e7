using Renga.Builds.Slugs;

namespace Renga.Builds.Tests;

public sealed class SourceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SlugIgnore_RemovesWhatItNamesBeforeTheBuildpackRuns()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("list", "cd \"$1\"; find . -type f | sort >seen.txt"));
        var source = compiler.Source(
            (".slugignore", "# comment\n*.pdf\r\n/test\ndocs/\n!keep.pdf\n-rf\n$(touch evil)\n`touch evil`\n"),
            ("a.pdf", ""), ("deep/b.pdf", ""), ("keep.pdf", ""), ("test/one.js", ""), ("src/test/two.js", ""), ("docs/x.md", ""), ("file with space.txt", ""), ("-rf", ""),
            (".git/config", ""), ("tmp/x", ""), ("log/x", ""), ("src/.DS_Store", ""), ("index.js", ""));

        var built = await compiler.MustBuildAsync(source, Ct);

        var seen = await File.ReadAllLinesAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "seen.txt"), Ct);
        seen.Where(static l => l != "./seen.txt").Order(StringComparer.Ordinal).ShouldBe(["./.slugignore", "./file with space.txt", "./index.js", "./src/test/two.js"]);
    }

    [Fact]
    public async Task Procfile_AloneWithoutABuildpack_IsEnough()
    {
        await using var compiler = await Compiler.StartAsync();

        await compiler.MustBuildAsync(compiler.Source(("Procfile", "web: ./serve\n")), Ct);

        compiler.Records.Deployed.Single().ProcessTypes["web"].ShouldBe("./serve");
    }

    [Fact]
    public async Task SameTree_GivesTheSameImage()
    {
        using var folder = new Testing.TemporaryFolder();
        Directory.CreateDirectory(folder["tree"]);
        await File.WriteAllTextAsync(Path.Combine(folder["tree"], "a"), "content", Ct);

        var first = await SlugPacker.PackAsync(folder["tree"], folder["1.squashfs"], Ct);
        var second = await SlugPacker.PackAsync(folder["tree"], folder["2.squashfs"], Ct);

        second.Digest.ShouldBe(first.Digest);
    }
}
