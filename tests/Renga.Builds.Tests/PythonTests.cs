using System.IO.Compression;

namespace Renga.Builds.Tests;

public sealed class PythonTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requirements_FromVendoredWheels_AreInstalledOnce()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(
            ("requirements.txt", "--no-index\n--find-links vendor\npoem==1.0\n"), ("Procfile", "web: python -c 'import poem; print(poem.line)'\n"), ("vendor/README", ""));
        await MakeWheelAsync(Path.Combine(source, "vendor/poem-1.0-py3-none-any.whl"));

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("Successfully installed poem-1.0");
        second.Output.ShouldContain("       Using installed packages from the cache: requirements.txt is unchanged\n");
        foreach (var built in new[] { first, second })
            Directory.EnumerateFiles(await compiler.UnpackAsync(built, Ct), "poem.py", SearchOption.AllDirectories).ShouldHaveSingleItem().ShouldContain("/.renga/python/lib/python3");
    }

    [Fact]
    public async Task Version_ThatTheMachineLacks_ListsWhatThereIs()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("requirements.txt", ""), (".python-version", "3.2\n")), Ct);

        built.Output.ShouldContain(" !     Python 3.2 is not available.\n !     Available: 3.");
    }

    private static async Task MakeWheelAsync(string path)
    {
        await using var wheel = await ZipFile.OpenAsync(path, ZipArchiveMode.Create, Ct);
        await AddAsync("poem.py", "line = 'an old silent pond'\n");
        await AddAsync("poem-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: poem\nVersion: 1.0\n");
        await AddAsync("poem-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        await AddAsync("poem-1.0.dist-info/RECORD", "poem.py,,\npoem-1.0.dist-info/METADATA,,\npoem-1.0.dist-info/WHEEL,,\npoem-1.0.dist-info/RECORD,,\n");

        async Task AddAsync(string name, string content)
        {
            await using var stream = await wheel.CreateEntry(name).OpenAsync(Ct);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), Ct);
        }
    }
}
