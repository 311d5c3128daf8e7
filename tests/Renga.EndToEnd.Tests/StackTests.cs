using System.Text.Json.Nodes;
using Renga.EndToEnd.Tests.Harness;
using Renga.Processes;
using Renga.Testing;

namespace Renga.EndToEnd.Tests;

/// <summary>
/// The real stack: some minutes and a mirror of Debian, so only where <c>RENGA_STACK_TESTS</c> is set: to <c>1</c> to build it, or to a data folder that has it.
/// </summary>
public sealed class StackTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stack_BuiltPushedToAndRenewed_WithoutAFailedRequest()
    {
        var source = Environment.GetEnvironmentVariable("RENGA_STACK_TESTS") ?? "";
        if (source.Length == 0)
            Assert.Skip("RENGA_STACK_TESTS is not set.");
        await using var platform = await Platform.StartAsync(Ct);
        using var heroku = platform.NewCli();

        // 1. Before: an app on the host.
        var old = await PushAsync(platform, heroku, "old");
        (await heroku.OutputAsync(Ct, "stack", "--app", "old")).ShouldContain("* host");

        // 2. The stack is built while the platform runs, and is the default from then on.
        var version = await ProvideAsync(platform, source);
        await Eventually.HoldsAsync(
            "the stack is the default", async ct => (await platform.Api.GetAsync("/stacks", ct)).EnumerateArray().First().GetProperty("name").GetString() == "renga-12", Ct);
        (await heroku.OutputAsync(Ct, "stack", "--app", "old")).ShouldContain("* host");

        // 3. A new app is built and runs on it.
        var push = await PushAsync(platform, heroku, "fresh");
        push.ShouldContain("Building on the renga-12 stack");
        (await heroku.OutputAsync(Ct, "stack", "--app", "fresh")).ShouldContain("* renga-12");
        (await heroku.OutputAsync(Ct, "run", "--app", "fresh", "--no-tty", "--", "cat /etc/renga-stack; id -un; ruby --version; php --version")).ShouldContain($"version={version}");

        // 4. A new version: dynos move to it, with no build, no release and no failed request.
        var releases = await platform.Api.ReleasesAsync("fresh", Ct);
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(platform, "fresh", stop.Token);
        var says = platform.Api.SaysAsync("fresh", Patience, Ct, "heroku[web.1]: Cycling", "heroku[web.1]: Process exited with status 143");
        var newer = await RenewAsync(platform, version);
        await says;
        await stop.CancelAsync();
        (await load).ShouldBeGreaterThan(0);
        (await platform.Api.ReleasesAsync("fresh", Ct)).ShouldBe(releases);
        (await StacksAsync(platform, "list")).ShouldContain($"{newer}  built");
        (await StacksAsync(platform, "remove", "renga-12", newer)).ShouldContain("Dynos are on");
        await Eventually.HoldsAsync("the old version to be unused", async _ => (await StacksAsync(platform, "remove", "renga-12", version)).Contains("is removed", StringComparison.Ordinal), Ct, Patience);

        // 5. Another stack counts from the next build on.
        var set = await heroku.RunAsync(Ct, "stack:set", "renga-12", "--app", "old");
        set.Output.ShouldContain("You will need to redeploy old for the change to take effect.");
        (await heroku.OutputAsync(Ct, "stack", "--app", "old")).ShouldContain("renga-12 (active on next deploy)");
        old.ShouldContain("Building on the host stack");
        (await heroku.FailureAsync(Ct, "stack:set", "heroku-24", "--app", "old")).ShouldContain("Available stacks: renga-12, host.");
    }

    private static async Task<string> PushAsync(Platform platform, HerokuCli heroku, string app)
    {
        await platform.Api.CreateAppAsync(app, Ct);
        var git = heroku.Git(Directory.CreateDirectory(Path.Combine(heroku.Folder, app)).FullName);
        await git.InitAsync(Ct);
        await git.CommitAsync(Verse.Files("one"), Ct);
        var push = await git.PushedAsync(app, Ct);
        await platform.Browser.ShowsAsync(app, "/", "verse one", Ct, Patience);
        return push;
    }

    /// <summary>Builds the stack, or takes the one that a data folder has. Returns its version.</summary>
    private static async Task<string> ProvideAsync(Platform platform, string source)
    {
        var folder = Path.Combine(platform.Data, "stacks/renga-12");
        if (source == "1")
        {
            (await StacksAsync(platform, "build", "renga-12")).ShouldContain("is ready");
        }
        else
        {
            Directory.CreateDirectory(folder);
            var newest = Directory.GetDirectories(Path.Combine(source, "stacks/renga-12")).Max(StringComparer.Ordinal)!;
            await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", "--", newest, folder), Ct);
        }

        return Path.GetFileName(Directory.GetDirectories(folder).Single());
    }

    /// <summary>The same content under a later version.</summary>
    private static async Task<string> RenewAsync(Platform platform, string version)
    {
        const string Newer = "20991231.1";
        var (from, to) = (Path.Combine(platform.Data, "stacks/renga-12", version), Path.Combine(platform.Data, "stacks/renga-12", Newer));
        var draft = Path.Combine(platform.Data, "stacks/renga-12/draft");
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", "--link", "--", from, draft), Ct);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(draft, "manifest.json"), Ct))!;
        manifest["version"] = Newer;
        File.Delete(Path.Combine(draft, "manifest.json"));
        await File.WriteAllTextAsync(Path.Combine(draft, "manifest.json"), manifest.ToJsonString(), Ct);
        Directory.Move(draft, to);
        return Newer;
    }

    /// <summary>Asks until told to stop, not so often that the log keeps only what it says of that; any answer but 200 fails.</summary>
    private static async Task<int> LoadAsync(Platform platform, string app, CancellationToken stop)
    {
        var asked = 0;
        while (!stop.IsCancellationRequested)
        {
            await platform.Browser.ReadAsync(app, "/", Ct);
            asked++;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Ct);
        }

        return asked;
    }

    private static async Task<string> StacksAsync(Platform platform, params string[] words)
    {
        var result = await ProcessRunner.RunAsync(Command.Of(Repository.Server, ["stacks", .. words, "--data", platform.Data]), Ct);
        return result.Output + result.Error;
    }
}
