using Renga.EndToEnd.Tests.Harness;
using Renga.Processes;
using Renga.Testing;

namespace Renga.EndToEnd.Tests;

/// <summary>
/// Each example is pushed, served, changed in one line, pushed again and served with the change. The second build installs nothing: it says so, its cache holds the
/// same files as after the first, and so does what was installed in the slug, down to their times.
/// </summary>
public sealed class LanguageTests(SharedPlatform shared) : Scenario(shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly LanguageExample[] All =
    [
        new("hello-node", "server.js"),
        new("hello-express", "server.js")
        {
            SaysInstalled = "package-lock.json: npm ci",
            SaysCached = "Using node_modules from the cache: package-lock.json is unchanged",
            Installed = ["node_modules"],
        },
        new("hello-python", "app.py"),
        new("hello-flask", "app.py")
        {
            SaysInstalled = "requirements.txt: pip install",
            SaysCached = "Using installed packages from the cache: requirements.txt is unchanged",
            Installed = [".renga/python/lib"],
            Config = new { PIP_FIND_LINKS = "vendor", PIP_NO_INDEX = "1" },
            Prepare = VendorPythonAsync,
        },
        new("hello-static", "index.html"),
        .. JvmExamples.All,
        new("hello-ruby", "config.ru")
        {
            SaysInstalled = "Installing rack ",
            SaysCached = "Using gems from the cache: Gemfile.lock is unchanged",
            Installed = ["vendor/bundle"],
            Prepare = static (folder, ct) => MachineGems.PackAsync(Path.Combine(folder, "vendor/cache"), ct, "rack", "webrick"),
        },
        new("hello-php", "src/Greeting.php") { SaysCached = "Nothing to install, update or remove" },
        new("hello-go", "main.go") { SaysCached = "Compiled 1 packages, the others came from the cache", Downloads = ["modules/"] },
        new("hello-dotnet", "Program.cs") { SaysCached = "packages from the cache, none fetched", Downloads = ["nuget/"] },
    ];

    public static TheoryData<string> Names => [.. All.Select(static e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Example_ChangedInOneLine_IsServedAndInstallsNothing(string name)
    {
        var example = All.Single(e => e.Name == name);
        var app = await NewAppAsync(name);
        if (example.Config is not null)
            await Platform.Api.SetConfigAsync(app, example.Config, Ct);
        var git = await NewRepositoryAsync(app, new Dictionary<string, string>());
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", "--target-directory", git.Folder, Path.Combine(Repository.Examples, name) + "/."), Ct);
        if (example.Prepare is not null)
            await example.Prepare(git.Folder, Ct);
        await git.CommitAsync(new Dictionary<string, string>(), Ct);

        // The first push builds everything.
        var first = await git.PushedAsync(app, Ct);
        await Platform.Browser.ShowsAsync(app, "/", "Hello from", Ct, Patience);
        var (cache, installed) = (await CacheAsync(app, example), await InstalledAsync(app, example));

        // One line changes.
        var file = Path.Combine(git.Folder, example.ChangedFile);
        var text = await File.ReadAllTextAsync(file, Ct);
        await File.WriteAllTextAsync(file, text.Replace("Hello from", "Goodbye from", StringComparison.Ordinal), Ct);
        await git.CommitAsync(new Dictionary<string, string>(), Ct);
        var second = await git.PushedAsync(app, Ct);
        await Platform.Browser.ShowsAsync(app, "/", "Goodbye from", Ct, Patience);

        if (example.SaysInstalled is not null)
        {
            first.ShouldContain(example.SaysInstalled);
            second.ShouldNotContain(example.SaysInstalled);
        }

        if (example.SaysCached is not null)
            second.ShouldContain(example.SaysCached);
        second.ShouldNotMatch("(?i)download(ing|ed) ");
        (await CacheAsync(app, example)).ShouldBe(cache);
        (await InstalledAsync(app, example)).ShouldBe(installed);
    }

    // The same libraries as the example's requirements.txt names, in the versions that this machine's packages have.
    private static async Task VendorPythonAsync(string folder, CancellationToken ct)
    {
        var vendor = Path.Combine(folder, "vendor");
        List<Wheel> wheels = [];
        foreach (var package in (string[])["python3-flask", "python3-jinja2", "python3-markupsafe", "python3-werkzeug", "python3-click", "python3-gunicorn", "python3-itsdangerous"])
            wheels.Add(await PythonWheels.OfDebianPackageAsync(vendor, package, ct));
        wheels.Add(await PythonWheels.OfSetuptoolsAsync(vendor, ct));
        await File.WriteAllLinesAsync(Path.Combine(folder, "requirements.txt"), wheels.Select(static w => w.ToString()), ct);
    }

    // Every file of the app's cache with its size and time. The cache is an image that no one has mounted now, or for the process engine a folder.
    private async Task<string[]> CacheAsync(string app, LanguageExample example)
    {
        var id = (await Platform.Api.GetAsync($"/apps/{app}", Ct)).GetProperty("id").GetString();
        var image = Path.Combine(Platform.Data, "cache", $"{id}.img");
        using var scratch = new TemporaryFolder();
        var folder = image + ".folder";
        if (!Directory.Exists(folder))
        {
            folder = scratch["cache"];
            Directory.CreateDirectory(folder);
            await ProcessRunner.RunCheckedAsync(Command.Of("debugfs", "-R", $"rdump / {folder}", image), Ct);
        }

        var list = await ProcessRunner.RunCheckedAsync(Command.Of("find", folder, "-type", "f", "-printf", "%P %s %TY-%Tm-%Td %TH:%TM\n"), Ct);
        return [.. list.Output.Split('\n').Where(line => example.Downloads.Any(d => line.StartsWith(d, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
    }

    // The same of what was installed into the slug, as a dyno sees it, in one line.
    private async Task<string> InstalledAsync(string app, LanguageExample example) =>
        example.Installed.Length == 0
            ? ""
            : await Heroku.OutputAsync(Ct, "run", "-x", "--app", app, "--no-tty", "--", "sh", "-c", $"find {string.Join(' ', example.Installed)} -type f -printf '%p %s %Ts\\n' | LC_ALL=C sort | sha256sum");
}
