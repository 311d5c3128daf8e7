using System.Text.RegularExpressions;
using Renga.EndToEnd.Tests.Harness;
using Renga.Processes;

namespace Renga.EndToEnd.Tests;

/// <summary>Deploying without git: by the official plugin, and by curl as the documentation says.</summary>
public sealed partial class BuildsApiTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task BuildsPlugin_Builds_Lists_Shows_Cancels_AndPurges()
    {
        Heroku.UseBuildsPlugin();
        var app = await NewAppAsync("planned");
        await WriteAsync("verse", Verse.Files("one"));

        // 1. Build, with the output on the terminal.
        var created = await Heroku.RunAsync(Ct, "builds:create", "--app", app, "--dir", "verse", "--version", "v7");
        created.Status.ShouldBe(0, created.Output + created.Error);
        created.Error.ShouldContain("-----> Building on the");
        created.Error.ShouldContain("Released v2");
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);

        // 2. Look at it.
        var listed = await Heroku.OutputAsync(Ct, "builds", "--app", app);
        listed.ShouldContain("v7");
        listed.ShouldContain("succeeded");
        var info = await Heroku.OutputAsync(Ct, "builds:info", "--app", app);
        info.ShouldContain("e2e@example.com");
        info.ShouldContain("v2");
        var again = await Heroku.RunAsync(Ct, "builds:output", "--app", app);
        again.Error.ShouldContain("Released v2");

        // 3. One that does not end by itself, cancelled from another terminal.
        var endless = Verse.With("package.json", """{ "name": "verse", "version": "1.0.0", "private": true, "scripts": { "build": "echo waiting; sleep 600" } }""");
        await WriteAsync("endless", endless);
        var waiting = Heroku.RunAsync(Ct, "builds:create", "--app", app, "--dir", "endless");
        await Platform.Api.SaysAsync(app, TimeSpan.FromMinutes(2), Ct, "waiting");
        await Heroku.OutputAsync(Ct, "builds:cancel", "--app", app);
        var cancelled = await waiting;
        cancelled.Status.ShouldBe(1, cancelled.Output + cancelled.Error);
        cancelled.Error.ShouldContain("The build was cancelled.");
        (await Heroku.OutputAsync(Ct, "builds", "--app", app)).ShouldContain("failed");
        (await Platform.Api.ReleasesAsync(app, Ct))[^1].ShouldStartWith("v2 ");

        // 4. The cache.
        await Heroku.OutputAsync(Ct, "builds:cache:purge", "--app", app, "--confirm", app);
    }

    [Fact]
    public async Task Documentation_OfDeployingWithoutGit_WorksAsItStands()
    {
        var app = await NewAppAsync("written");
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/reference/deploy-without-git.md"), Ct);
        var session = string.Join("\n", ShellBlock().Matches(page).Select(static m => m.Groups["code"].Value));
        var environment = Heroku.Environment.SetItem("APP", app).SetItem("HEROKU_HOST", Platform.ApiUrl);
        var command = Command.Of("bash", "-euo", "pipefail", "-c", session) with { WorkingFolder = Heroku.Folder, ClearEnvironment = true, Environment = environment };

        var result = await ProcessRunner.RunAsync(command, Ct);

        result.Status.ShouldBe(0, result.Output + result.Error);
        result.Output.ShouldContain("Released v2");
        result.Output.ShouldContain("./app/serve.sh");
        (await Platform.Api.ReleasesAsync(app, Ct))[^2..].ShouldBe(["v2 Deploy v1", "v3 Deploy a slug"]);
        await Platform.Browser.ShowsAsync(app, "/", "built without git", Ct);
    }

    private async Task WriteAsync(string folder, IReadOnlyDictionary<string, string> files)
    {
        foreach (var (name, text) in files)
        {
            var path = Path.Combine(Heroku.Folder, folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, Ct);
        }
    }

    [GeneratedRegex(@"^```bash\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ShellBlock();
}
