namespace Renga.Builds.Tests;

public sealed class CacheTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Cache_IsKeptByASuccess_AndUntouchedByAFailure(EngineKind engine)
    {
        await using var compiler = await Compiler.StartAsync(engine: engine);
        compiler.UseBuildpacks(compiler.Buildpack("cache", """
            echo "cache holds: $(cat "$2/kept" 2>/dev/null || echo nothing)"
            cat "$1/word" >"$2/kept"
            [ "$(cat "$1/word")" != bad ]
            """));

        (await compiler.MustBuildAsync(compiler.Source(("word", "good")), Ct)).Output.ShouldContain("cache holds: nothing");
        (await compiler.BuildAsync(compiler.Source(("word", "bad")), Ct)).Output.ShouldContain("cache holds: good");
        (await compiler.MustBuildAsync(compiler.Source(("word", "better")), Ct)).Output.ShouldContain("cache holds: good");
        compiler.ShouldHaveNoLeftovers();

        foreach (var resources in compiler.Resources)
            await resources.DestroyedAsync(compiler.AppId, [.. compiler.Records.Deployed.Select(static s => s.Image!)], Ct);
        Directory.EnumerateFileSystemEntries(compiler.Folder["cache"]).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(compiler.Folder["slugs"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cache_PurgedDuringABuild_IsNotKept()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("cache", """echo "cache holds: $(ls "$2")"; head -c 100000 /dev/zero >"$2/kept" """));
        await compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);
        compiler.Caches.SizeOf(compiler.AppId).ShouldBeGreaterThanOrEqualTo(100_000);
        var (started, go) = (compiler.Folder["started"], compiler.Folder["go"]);
        compiler.UseBuildpacks(compiler.Buildpack("wait", $"touch '{started}'; until [ -e '{go}' ]; do sleep 0.05; done; ls \"$2\""));

        var building = compiler.MustBuildAsync(compiler.Source(("a", "1")), Ct);
        await Testing.Eventually.HoldsAsync("the build to run", _ => Task.FromResult(File.Exists(started)), Ct);
        compiler.Caches.Purge(compiler.AppId);
        await File.WriteAllTextAsync(go, "", Ct);

        (await building).Output.ShouldContain("kept\n");
        compiler.Caches.SizeOf(compiler.AppId).ShouldBe(0);
        Directory.EnumerateFileSystemEntries(compiler.Folder["cache"]).ShouldBeEmpty();
    }
}
