using System.Globalization;
using Renga.EndToEnd.Tests.Harness;
using Renga.Processes;
using Renga.Testing;

namespace Renga.EndToEnd.Tests;

/// <summary>Keys by the official command line, and git over SSH with them.</summary>
public sealed class SshTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Key_AddedByTheCommandLine_PushesAndClones()
    {
        var app = await NewAppAsync("brush");
        var key = await NewKeyAsync(Heroku, "basho@hut");
        (await Heroku.OutputAsync(Ct, "keys")).ShouldBeEmpty();
        await Heroku.OutputAsync(Ct, "keys:add", key + ".pub");
        (await Heroku.OutputAsync(Ct, "keys")).ShouldContain("basho@hut");
        (await Heroku.OutputAsync(Ct, "keys", "--long")).ShouldContain(await File.ReadAllTextAsync(key + ".pub", Ct));

        var git = WithSsh(await NewRepositoryAsync(app, Verse.Files("one")), key);
        var push = await git.RunAsync(Ct, "push", SshUrl(Platform, app), "main");
        push.Status.ShouldBe(0, push.Error);
        push.Error.ShouldContain("remote: Verifying deploy... done.");
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);
        await git.CheckedAsync(Ct, "clone", "--quiet", SshUrl(Platform, app), "by-ssh");
        File.Exists(Path.Combine(git.Folder, "by-ssh/Procfile")).ShouldBeTrue();

        // A clone by the command line is over HTTPS.
        await Heroku.OutputAsync(Ct, "git:clone", "--app", app, "by-cli");
        File.Exists(Path.Combine(Heroku.Folder, "by-cli/Procfile")).ShouldBeTrue();
        (await Heroku.Git(Path.Combine(Heroku.Folder, "by-cli")).CheckedAsync(Ct, "remote", "get-url", "heroku")).Trim().ShouldBe(git.Remote(app));

        await Heroku.OutputAsync(Ct, "keys:remove", "basho@hut");
        (await git.RunAsync(Ct, "ls-remote", SshUrl(Platform, app))).Error.ShouldContain("Permission denied (publickey)");
    }

    [Fact]
    public async Task Key_ThatIsNone_IsRefusedInWords()
    {
        var key = await NewKeyAsync(Heroku, "private");
        (await Heroku.FailureAsync(Ct, "keys:add", key)).ShouldContain("This is a private key.");
    }

    [Fact]
    public async Task PlatformKilled_LeavesNoListenerInTheWayOfTheNext()
    {
        await using var platform = await Platform.StartAsync(Ct);
        using var heroku = platform.NewCli();
        var key = await NewKeyAsync(heroku, "basho@hut");
        await heroku.OutputAsync(Ct, "keys:add", key + ".pub");
        await platform.Api.CreateAppAsync("kept", Ct);
        var git = WithSsh(heroku.Git(heroku.Folder), key);
        await ServesAsync(platform, git, "kept");

        await platform.KillAsync(Ct);
        await platform.RunAsync(Ct);
        await ServesAsync(platform, git, "kept");

        await heroku.OutputAsync(Ct, "keys:clear");
        (await heroku.OutputAsync(Ct, "keys", "--json")).Trim().ShouldBe("[]");
    }

    private static Task ServesAsync(Platform platform, GitClient git, string app) => Eventually.HoldsAsync(
        "SSH to serve",
        async ct => (await git.RunAsync(ct, "ls-remote", SshUrl(platform, app))) is { Status: 0 } ? true : throw new InvalidOperationException(await platform.ReadLogAsync(ct)),
        Ct,
        TimeSpan.FromSeconds(60));

    private static string SshUrl(Platform platform, string app) => string.Create(CultureInfo.InvariantCulture, $"ssh://git@127.0.0.1:{platform.SshPort}/{app}.git");

    private static async Task<string> NewKeyAsync(HerokuCli heroku, string comment)
    {
        var key = Path.Combine(heroku.Folder, "key");
        await ProcessRunner.RunCheckedAsync(Command.Of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", key), Ct);
        return key;
    }

    private static GitClient WithSsh(GitClient git, string key) =>
        git.With("GIT_SSH_COMMAND", $"ssh -F none -i {key} -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={key}.hosts");
}
