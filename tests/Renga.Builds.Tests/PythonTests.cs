using Renga.Processes;
using Renga.Testing;

namespace Renga.Builds.Tests;

/// <summary>What there is to install are wheels in the source, which the settings of pip name as they would name a mirror.</summary>
public sealed class PythonTests
{
    private static readonly Dictionary<string, string> Poem = new() { ["poem.py"] = "line = 'an old silent pond'\n" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requirements_FromVendoredWheels_AreInstalledOnce()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(
            ("requirements.txt", "-r more.txt\n"), ("more.txt", "--no-index\n--find-links vendor\npoem==1.0\n"), ("Procfile", "web: python -c 'import poem; print(poem.line)'\n"));
        await PythonWheels.MakeAsync(Path.Combine(source, "vendor"), "poem", "1.0", Poem, Ct);

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("Successfully installed poem-1.0");
        second.Output.ShouldContain("       Using installed packages from the cache: requirements.txt is unchanged\n");
        second.Output.ShouldNotContain("pip install");
        foreach (var built in new[] { first, second })
            Directory.EnumerateFiles(await compiler.UnpackAsync(built, Ct), "poem.py", SearchOption.AllDirectories).ShouldHaveSingleItem().ShouldContain("/.renga/python/lib/python3");

        // What a file that is only included says counts, too.
        await File.AppendAllTextAsync(Path.Combine(source, "more.txt"), "frog==1.0\n", Ct);
        await PythonWheels.MakeAsync(Path.Combine(source, "vendor"), "frog", "1.0", Poem, Ct);
        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldContain("Successfully installed frog-1.0 poem-1.0");
    }

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task Environment_IsTheAppsOwn_AndMovesWithIt(EngineKind engine)
    {
        await using var compiler = await Compiler.StartAsync(engine: engine);
        var source = compiler.Source(
            ("requirements.txt", "poem\n-e ./inside\n"),
            ("inside/setup.py", "from setuptools import setup\nsetup(name='inside', version='1.0', py_modules=['within'])\n"),
            ("inside/within.py", "word = 'frog'\n"),
            ("Procfile", "web: poem\n"));
        compiler.SetConfig("PIP_FIND_LINKS", "vendor");
        compiler.SetConfig("PIP_NO_INDEX", "1");
        var server = """
            import os, sys, within
            from http.server import BaseHTTPRequestHandler, HTTPServer
            class Poem(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.end_headers()
                    debian = [p for p in sys.path if p.endswith("dist-packages")]
                    self.wfile.write(f"{within.word} {debian} {os.environ['WEB_CONCURRENCY']}".encode())
            def main():
                HTTPServer(("0.0.0.0", int(os.environ["PORT"])), Poem).serve_forever()
            """;
        await PythonWheels.MakeAsync(Path.Combine(source, "vendor"), "poem", "1.0", new Dictionary<string, string> { ["poem.py"] = server }, Ct, "poem = poem:main");
        await PythonWheels.OfSetuptoolsAsync(Path.Combine(source, "vendor"), Ct);

        foreach (var built in new[] { await compiler.MustBuildAsync(source, Ct), await compiler.MustBuildAsync(source, Ct) })
        {
            // Where the app was built is gone by now. A dyno of 512 MB has two workers; a plain process may see a limit of the machine's.
            (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldMatch(engine == EngineKind.Runc ? @"^frog \[\] 2$" : @"^frog \[\] \d+$");
            var programs = Path.Combine(await compiler.UnpackAsync(built, Ct), ".renga/python/bin");
            (await File.ReadAllLinesAsync(Path.Combine(programs, "poem"), Ct))[0].ShouldBe("#!/usr/bin/env python3");
        }
    }

    [Fact]
    public async Task Version_ThatTheMachineLacks_ComesFromAReleaseAndThenFromTheCache()
    {
        await using var compiler = await Compiler.StartAsync();
        using var mirror = new CountingMirror(compiler.Folder["mirror"]);
        await MakePythonReleaseAsync(compiler.Folder["mirror"], "3.98.2", "20260101");
        compiler.SetConfig("PYTHON_BUILD_STANDALONE_MIRROR", mirror.Url);
        compiler.SetConfig("PIP_FIND_LINKS", "vendor");
        compiler.SetConfig("PIP_NO_INDEX", "1");
        var source = compiler.Source((".python-version", "3.98\n"), ("requirements.txt", "poem==1.0\n"), ("Procfile", "web: python -c 'import poem'\n"));
        await PythonWheels.MakeAsync(Path.Combine(source, "vendor"), "poem", "1.0", Poem, Ct);

        var first = await compiler.MustBuildAsync(source, Ct);
        var asked = mirror.Asked.Count;
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       Downloading Python 3.98.2 (cpython-3.98.2+20260101-");
        second.Output.ShouldContain("       Using Python 3.98.2 from the cache\n");
        second.Output.ShouldContain("       Using installed packages from the cache: requirements.txt is unchanged\n");
        mirror.Asked.Count.ShouldBe(asked);
        var slug = await compiler.UnpackAsync(second, Ct);
        var said = await ProcessRunner.RunCheckedAsync(Command.Of(Path.Combine(slug, ".renga/python/bin/python"), "-c", "import poem, sys; print(poem.line, sys.prefix)"), Ct);
        said.Output.ShouldBe($"an old silent pond {slug}/.renga/python\n");

        var list = compiler.Folder["mirror/latest/download/SHA256SUMS"];
        await File.WriteAllTextAsync(list, (await File.ReadAllTextAsync(list, Ct)).Replace("3.98.2", "3.98.3", StringComparison.Ordinal), Ct);
        File.Move(Directory.EnumerateFiles(compiler.Folder["mirror/download/20260101"]).Single(), compiler.Folder[$"mirror/download/20260101/cpython-3.98.3+20260101-{Machine}-unknown-linux-gnu-install_only_stripped.tar.gz"]);
        await File.WriteAllTextAsync(list, new string('0', 64) + (await File.ReadAllTextAsync(list, Ct))[64..], Ct);
        await File.WriteAllTextAsync(Path.Combine(source, ".python-version"), "3.98.3\n", Ct);
        await using var other = await Compiler.StartAsync();
        other.SetConfig("PYTHON_BUILD_STANDALONE_MIRROR", mirror.Url);
        (await other.BuildAsync(source, Ct)).Output.ShouldContain(" does not have the digest in SHA256SUMS.");
    }

    [Fact]
    public async Task Version_ThatIsNowhere_ListsWhatThereIs()
    {
        await using var compiler = await Compiler.StartAsync();
        using var mirror = new CountingMirror(compiler.Folder["mirror"]);
        await MakePythonReleaseAsync(compiler.Folder["mirror"], "3.98.2", "20260101");
        compiler.SetConfig("PYTHON_BUILD_STANDALONE_MIRROR", mirror.Url);

        var built = await compiler.BuildAsync(compiler.Source(("requirements.txt", ""), ("runtime.txt", "python-3.2.1\n")), Ct);
        built.Output.ShouldMatch(@" !     Python 3\.2 is not available\.\n !     Available: 3\.[\d. ]* 3\.98\.2\.");

        compiler.SetConfig("PYTHON_BUILD_STANDALONE_MIRROR", mirror.Url + "/nothing");
        built = await compiler.BuildAsync(compiler.Source(("requirements.txt", ""), ("runtime.txt", "python-3.2.1\n")), Ct);
        built.Output.ShouldContain(" !     Python 3.2 is not available.\n !     Available: 3.");
        built.Output.ShouldContain("which cannot be reached; PYTHON_BUILD_STANDALONE_MIRROR names a mirror.");

        (await compiler.BuildAsync(compiler.Source(("requirements.txt", ""), (".python-version", "pypy3\n")), Ct)).Output.ShouldContain("\"pypy3\" is not a Python version.");
    }

    [Fact]
    public async Task Django_IsServedByGunicorn_WithItsStaticFiles()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("PIP_FIND_LINKS", "vendor");
        compiler.SetConfig("PIP_NO_INDEX", "1");
        var source = compiler.Source(
            ("manage.py", """
            import os, sys
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haiku.settings")
            from django.core.management import execute_from_command_line
            execute_from_command_line(sys.argv)
            """),
            ("haiku/__init__.py", ""),
            ("haiku/settings.py", """
            import os
            SECRET_KEY, ALLOWED_HOSTS, ROOT_URLCONF = os.environ.get("SECRET_KEY", "none"), ["*"], "haiku.urls"
            INSTALLED_APPS = ["django.contrib.staticfiles"]
            STATIC_URL, STATIC_ROOT, STATICFILES_DIRS = "/static/", "collected", [os.path.join(os.path.dirname(__file__), "assets")]
            """),
            ("haiku/assets/frog.css", "h1 {}"),
            ("haiku/urls.py", "from django.http import HttpResponse\nfrom django.urls import path\nurlpatterns = [path('', lambda request: HttpResponse('Hello from Django'))]\n"),
            ("haiku/wsgi.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'haiku.settings')\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"));
        await VendorAsync(source, "python3-django", "python3-asgiref", "python3-sqlparse", "python3-tz", "python3-gunicorn");

        var built = await compiler.MustBuildAsync(source, Ct);

        built.Output.ShouldContain("-----> Collecting static files (manage.py collectstatic)\n");
        File.Exists(Path.Combine(await compiler.UnpackAsync(built, Ct), "collected/frog.css")).ShouldBeTrue();
        compiler.Records.Deployed.Single().ProcessTypes["web"].ShouldBe("gunicorn haiku.wsgi");
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("Hello from Django");

        compiler.SetConfig("DISABLE_COLLECTSTATIC", "1");
        (await compiler.MustBuildAsync(source, Ct)).Output.ShouldNotContain("Collecting static files");
    }

    [Fact]
    public async Task Flask_IsServedByGunicornOnRunc()
    {
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        compiler.SetConfig("PIP_FIND_LINKS", "vendor");
        compiler.SetConfig("PIP_NO_INDEX", "1");
        var source = compiler.Source(("app.py", await File.ReadAllTextAsync(Path.Combine(Compiler.Example("hello-flask"), "app.py"), Ct)));
        await VendorAsync(source, "python3-flask", "python3-werkzeug", "python3-jinja2", "python3-markupsafe", "python3-itsdangerous", "python3-click", "python3-gunicorn");

        await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        second.Output.ShouldContain("       Using installed packages from the cache: requirements.txt is unchanged\n");
        compiler.Records.Deployed.Last().ProcessTypes["web"].ShouldBe("gunicorn app:app");
        (await compiler.ServeAsync(second, client => client.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
    }

    [Theory]
    [InlineData("main.py", "from fastapi import FastAPI\n\napp = FastAPI(title='Poems')\n", "uvicorn main:app --host 0.0.0.0 --port $PORT")]
    [InlineData("poems/__init__.py", "import fastapi\nservice: fastapi.FastAPI = fastapi.FastAPI()\n", "uvicorn poems:service --host 0.0.0.0 --port $PORT")]
    [InlineData("poems/main.py", "def make():\n    app = FastAPI()\n", null)]
    public async Task FastApi_IsServedByUvicorn_WhereItsAppIsPlain(string file, string text, string? web)
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source((file, text), ("requirements.txt", "--no-index\n--find-links vendor\nfastapi\nuvicorn\n"));
        await PythonWheels.MakeAsync(Path.Combine(source, "vendor"), "fastapi", "1.0", new Dictionary<string, string> { ["fastapi/__init__.py"] = "" }, Ct);
        await PythonWheels.MakeAsync(Path.Combine(source, "vendor"), "uvicorn", "1.0", new Dictionary<string, string> { ["uvicorn/__init__.py"] = "" }, Ct, "uvicorn = uvicorn:main");

        await compiler.MustBuildAsync(source, Ct);

        compiler.Records.Deployed.Single().ProcessTypes.GetValueOrDefault("web").ShouldBe(web);
    }

    [Fact]
    public async Task Hooks_OfTheApp_RunBeforeAndAfter()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(("requirements.txt", ""), ("bin/pre_compile", "#!/bin/sh\necho before\n"), ("bin/post_compile", "#!/bin/sh\npython --version > version.txt; exit $FAIL\n"));
        compiler.SetConfig("FAIL", "0");

        var built = await compiler.MustBuildAsync(source, Ct);

        built.Output.ShouldContain("-----> Running bin/pre_compile\n       before\n");
        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(built, Ct), "version.txt"), Ct)).ShouldStartWith("Python 3.");
        compiler.SetConfig("FAIL", "1");
        (await compiler.BuildAsync(source, Ct)).Output.ShouldContain("bin/post_compile failed.");
    }

    private static string Machine => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x86_64";

    // Wheels of real libraries, and a requirements.txt that pins them all.
    private static async Task VendorAsync(string source, params string[] packages)
    {
        var vendor = Path.Combine(source, "vendor");
        List<Wheel> wheels = [];
        foreach (var package in packages)
            wheels.Add(await PythonWheels.OfDebianPackageAsync(vendor, package, Ct));
        wheels.Add(await PythonWheels.OfSetuptoolsAsync(vendor, Ct));
        await File.WriteAllLinesAsync(Path.Combine(source, "requirements.txt"), wheels.Select(static w => w.ToString()), Ct);
    }

    // A release as python-build-standalone publishes them, with this machine's Python in it: it, too, finds its library from where it lies.
    private static async Task MakePythonReleaseAsync(string mirror, string version, string tag)
    {
        const string Assemble = """
            import os, shutil, sys, sysconfig
            target, library = sys.argv[1], sysconfig.get_path("stdlib")
            name = os.path.basename(library)
            os.makedirs(target + "/bin")
            shutil.copy(os.path.realpath(sys.executable), target + "/bin/python3")
            shutil.copytree(library, f"{target}/lib/{name}", symlinks=False, ignore_dangling_symlinks=True, ignore=shutil.ignore_patterns("test", "__pycache__", "config-*", "dist-packages", "site-packages", "idlelib", "ensurepip"))
            import pip
            shutil.copytree(os.path.dirname(pip.__file__), f"{target}/lib/{name}/site-packages/pip", ignore=shutil.ignore_patterns("__pycache__"))
            # Debian's own Python looks for packages elsewhere; the released one has the usual place.
            open(f"{target}/lib/{name}/sitecustomize.py", "w").write("import site, sys\nsite.addsitedir(sys.prefix + '/lib/" + name + "/site-packages')\n")
            """;
        var assembled = Path.Combine(mirror, "python");
        await ProcessRunner.RunCheckedAsync(Command.Of("/usr/bin/python3", "-c", Assemble, assembled), Ct);
        var name = $"cpython-{version}+{tag}-{Machine}-unknown-linux-gnu-install_only_stripped.tar.gz";
        var archive = Path.Combine(Directory.CreateDirectory(Path.Combine(mirror, "download", tag)).FullName, name);
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--gzip", "--file", archive, "--directory", mirror, "python"), Ct);
        Directory.Delete(assembled, recursive: true);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(archive, Ct)));
        var list = Directory.CreateDirectory(Path.Combine(mirror, "latest", "download")).FullName;
        await File.WriteAllTextAsync(Path.Combine(list, "SHA256SUMS"), $"{digest}  {name}\n{digest}  cpython-3.9.1+{tag}-other-windows-install_only_stripped.tar.gz\n", Ct);
    }
}
