using Renga.EndToEnd.Tests.Harness;

namespace Renga.EndToEnd.Tests;

public sealed class AccountTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Whoami_WithTheFirstRunsToken_IsTheFirstAccount() =>
        (await Heroku.OutputAsync(Ct, "auth:whoami")).Trim().ShouldBe("e2e@example.com");

    [Fact]
    public async Task AnyCommand_WithAWrongToken_SaysSoAndShowsNothing()
    {
        var result = await Heroku.RunAsTokenAsync("HRKU-00000000-0000-0000-0000-000000000000", Ct, "apps");

        result.Status.ShouldNotBe(0);
        (result.Output + result.Error).ShouldContain("invalid", Case.Insensitive);
    }

    [Fact]
    public async Task Push_WithAWrongToken_IsRefused()
    {
        var app = await NewAppAsync("locked");
        var git = await NewRepositoryAsync(app, Verse.Files("one"));
        var stranger = new GitClient(git.Folder, Heroku.Environment.SetItem("HEROKU_API_KEY", "wrong"));

        var result = await stranger.PushAsync(app, Ct);

        result.Status.ShouldNotBe(0);
        (await Platform.Api.ReleasesAsync(app, Ct)).ShouldBe(["v1 Initial release"]);
    }
}
