using Renga.Processes;
using Renga.Testing;

namespace Renga.Builds.Tests;

/// <summary>Lock files of pipenv, poetry and uv. Their digests of the app's own file are those that the tools themselves wrote.</summary>
public sealed class PythonLockTests
{
    private const string Pipfile = "[[source]]\nurl = \"https://packages.example/simple\"\nverify_ssl = true\nname = \"own\"\n\n[packages]\npoem = \"==1.0\"\n\n[dev-packages]\nfrog = \"*\"\n";

    private const string Poetry1 = "[tool.poetry]\nname = \"app\"\nversion = \"1.0\"\ndescription = \"\"\nauthors = []\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = \"^3.8\"\npoem = \"1.0\"\n\n[tool.poetry.group.dev.dependencies]\nfrog = \"1.0\"\n";

    private const string Poetry2 = "[project]\nname = \"app\"\nversion = \"1.0\"\nrequires-python = \">=3.8\"\ndependencies = [\"poem (==1.0)\"]\n\n[tool.poetry]\npackage-mode = false\n\n[tool.poetry.group.dev.dependencies]\nfrog = \"1.0\"\n";

    private const string Uv = "[project]\nname = \"app\"\nversion = \"1.0\"\nrequires-python = \">=3.8\"\ndependencies = [\"poem==1.0\"]\n\n[dependency-groups]\ndev = [\"frog\"]\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["pipenv", "poetry 1", "poetry 2", "uv"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Lock_IsInstalledOnceByItsDigests_AndRefusedWhenStale(string kind)
    {
        await using var compiler = await Compiler.StartAsync();
        var (source, named, locked) = await MakeAsync(compiler, kind);
        var file = Path.GetFileName(locked);

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("Successfully installed poem-1.0 pond-1.0", Case.Sensitive, first.Output);
        second.Output.ShouldContain($"       Using installed packages from the cache: {file} is unchanged\n");
        Directory.EnumerateFiles(await compiler.UnpackAsync(second, Ct), "frog.py", SearchOption.AllDirectories).ShouldBeEmpty();

        // A digest that is not the file's.
        var text = await File.ReadAllTextAsync(locked, Ct);
        await File.WriteAllTextAsync(locked, text.Replace("sha256:", "sha256:00", StringComparison.Ordinal), Ct);
        (await compiler.BuildAsync(source, Ct)).Output.ShouldContain("HASHES");

        // The app asks for another version than the lock has.
        await File.WriteAllTextAsync(locked, text, Ct);
        await File.WriteAllTextAsync(named, (await File.ReadAllTextAsync(named, Ct)).Replace("1.0\"", "1.1\"", StringComparison.Ordinal), Ct);
        var stale = await compiler.BuildAsync(source, Ct);
        stale.Output.ShouldContain($" !     {file} does not fit {Path.GetFileName(named)}: one was changed without the other.\n !     Run \"{kind.Split(' ')[0]} lock\", commit {file}, and push again.");
    }

    [Fact]
    public async Task Lock_OfAnotherPython_SaysWhichItWants()
    {
        await using var compiler = await Compiler.StartAsync();
        var (source, named, locked) = await MakeAsync(compiler, "uv");
        foreach (var file in new[] { named, locked })
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Ct)).Replace(">=3.8", ">=3.77", StringComparison.Ordinal), Ct);

        var built = await compiler.BuildAsync(source, Ct);

        built.Output.ShouldMatch(@" !     pyproject\.toml wants Python >=3\.77, and this is 3\.[\d.]+\.\n !     Name a version that fits in \.python-version\.");
    }

    [Theory]
    [InlineData("Pipfile", "", "Pipfile.lock is missing.")]
    [InlineData("Pipfile.lock", "{", "Pipfile.lock cannot be read:")]
    [InlineData("uv.lock", "= =", "uv.lock cannot be read:")]
    [InlineData("setup.cfg", "", "-----> Installing dependencies")]
    [InlineData("manage.py", "", "Nothing names the app's packages.")]
    public async Task Lock_ThatIsMissingOrBroken_SaysSo(string file, string text, string message)
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source((file, text)), Ct);

        built.Output.ShouldContain(message);
    }

    [Fact]
    public async Task TestCompile_InstallsForDevelopment_AndTestRunsTheTests()
    {
        await using var compiler = await Compiler.StartAsync();
        var (source, _, _) = await MakeAsync(compiler, "pipenv");
        await File.WriteAllTextAsync(Path.Combine(source, "test_poem.py"), "import unittest, frog, poem\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(poem.line, 'plop')\n", Ct);
        using var pack = await PackByHand.OfAsync("python", Ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "-R", source + "/.", pack.Build), Ct);
        pack.SetConfig("PIP_FIND_LINKS", "vendor");
        pack.SetConfig("PIP_NO_INDEX", "1");

        await pack.MustAsync("test-compile", Ct);
        var test = await pack.RunAsync("test", Ct);
        test.Error.ShouldContain("OK");
        test.Status.ShouldBe(0);

        await File.WriteAllTextAsync(Path.Combine(pack.Build, "poem.py"), "line = 'hush'\n", Ct);
        (await pack.RunAsync("test", Ct)).Status.ShouldNotBe(0);
        var report = System.Text.Json.JsonDocument.Parse(await pack.MustAsync("report", Ct)).RootElement;
        report.GetProperty("python_version").GetString().ShouldStartWith("3.");
        report.GetProperty("package_manager").GetString().ShouldBe("pipenv");
    }

    // An app that names poem, which needs pond, and for development frog.
    private static async Task<(string Source, string Named, string Lock)> MakeAsync(Compiler compiler, string kind)
    {
        var source = compiler.Source(("Procfile", "web: python -c 'import poem'\n"));
        var vendor = Path.Combine(source, "vendor");
        async Task<string> Digest(string name) => (await PythonWheels.MakeAsync(vendor, name, "1.0", new Dictionary<string, string> { [name + ".py"] = "line = 'plop'\n" }, Ct)).Digest;
        var (poem, pond, frog) = (await Digest("poem"), await Digest("pond"), await Digest("frog"));
        compiler.SetConfig("PIP_FIND_LINKS", "vendor");
        compiler.SetConfig("PIP_NO_INDEX", "1");
        var (named, text, file, locked) = kind switch
        {
            "pipenv" => ("Pipfile", Pipfile, "Pipfile.lock", $$"""
                { "_meta": { "hash": { "sha256": "7745503b42e03839f6dfd37addc41339fc23ce6ab9814908d488b5b38903412a" }, "pipfile-spec": 6, "sources": [{ "name": "own", "url": "https://packages.example/simple" }] },
                  "default": {
                    "poem": { "hashes": ["sha256:{{poem}}"], "version": "==1.0" },
                    "pond": { "hashes": ["sha256:{{pond}}"], "version": "==1.0", "markers": "python_version >= '3.0'" },
                    "old": { "hashes": ["sha256:00"], "version": "==1.0", "markers": "python_version < '3.0'" } },
                  "develop": { "frog": { "hashes": ["sha256:{{frog}}"], "version": "==1.0" } } }
                """),
            "poetry 1" => ("pyproject.toml", Poetry1, "poetry.lock", PoetryPackage("poem", poem, "", "pond = \"*\"\nold = {version = \"*\", markers = \"python_version < '3'\"}") + PoetryPackage("pond", pond, "", "") + PoetryPackage("old", pond, "", "") + PoetryPackage("frog", frog, "", "")
                + "[metadata]\nlock-version = \"2.0\"\npython-versions = \"^3.8\"\ncontent-hash = \"289a109f3fbd9a6ea94b8e92c59388535db7789928b6de7b751ad8950639ee69\"\n"),
            "poetry 2" => ("pyproject.toml", Poetry2, "poetry.lock", PoetryPackage("poem", poem, "groups = [\"main\"]", "pond = \"*\"") + PoetryPackage("pond", pond, "groups = [\"main\", \"dev\"]", "") + PoetryPackage("old", pond, "groups = [\"main\"]\nmarkers = \"python_version < '3'\"", "") + PoetryPackage("frog", frog, "groups = [\"dev\"]", "")
                + "[metadata]\nlock-version = \"2.1\"\npython-versions = \">=3.8\"\ncontent-hash = \"7338bfec39888f2e4705c646312a755a79e75ee9245071faa06e044aae15ad69\"\n"),
            _ => ("pyproject.toml", Uv, "uv.lock", "version = 1\nrequires-python = \">=3.8\"\n\n[[package]]\nname = \"app\"\nversion = \"1.0\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"poem\" }]\n\n[package.dev-dependencies]\ndev = [{ name = \"frog\" }]\n\n"
                + "[package.metadata]\nrequires-dist = [{ name = \"poem\", specifier = \"==1.0\" }]\n\n" + UvPackage("poem", poem, "{ name = \"pond\" }, { name = \"old\", marker = \"python_version < '3'\" }") + UvPackage("pond", pond, "") + UvPackage("old", pond, "") + UvPackage("frog", frog, "")),
        };
        await File.WriteAllTextAsync(Path.Combine(source, named), text, Ct);
        await File.WriteAllTextAsync(Path.Combine(source, file), locked, Ct);
        return (source, Path.Combine(source, named), Path.Combine(source, file));
    }

    private static string PoetryPackage(string name, string digest, string more, string needs) =>
        $"[[package]]\nname = \"{name}\"\nversion = \"1.0\"\noptional = false\npython-versions = \"*\"\n{more}\nfiles = [{{file = \"{name}-1.0-py3-none-any.whl\", hash = \"sha256:{digest}\"}}]\n\n[package.dependencies]\n{needs}\n\n";

    private static string UvPackage(string name, string digest, string needs) =>
        $"[[package]]\nname = \"{name}\"\nversion = \"1.0\"\nsource = {{ registry = \"https://packages.example/simple\" }}\ndependencies = [{needs}]\nwheels = [{{ url = \"https://packages.example/{name}-1.0-py3-none-any.whl\", hash = \"sha256:{digest}\" }}]\n\n";
}
