using Renga.EndToEnd.Tests.Harness;

namespace Renga.EndToEnd.Tests;

public sealed class AppTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task App_FromCreateToDestroy()
    {
        var app = NewName("basho");

        var created = await Heroku.RunAsync(Ct, "create", app);
        created.Status.ShouldBe(0, created.Error);
        (created.Output + created.Error).ShouldContain(app);
        created.Output.ShouldContain($"http://{app}.localhost:{Platform.RouterPort}/");

        (await Heroku.OutputAsync(Ct, "apps")).ShouldContain(app);

        var info = await Heroku.OutputAsync(Ct, "apps:info", "--app", app);
        info.ShouldContain(app);
        info.ShouldContain("e2e@example.com");
        info.ShouldContain($"http://{app}.localhost:{Platform.RouterPort}/");

        var renamed = NewName("issa");
        var said = await Heroku.RunAsync(Ct, "apps:rename", renamed, "--app", app);
        said.Status.ShouldBe(0, said.Error);
        (await Heroku.OutputAsync(Ct, "apps")).ShouldContain(renamed);
        (await Heroku.FailureAsync(Ct, "apps:info", "--app", app)).ShouldContain("Couldn't find that app");

        var destroyed = await Heroku.RunAsync(Ct, "apps:destroy", "--app", renamed, "--confirm", renamed);
        destroyed.Status.ShouldBe(0, destroyed.Error);
        (await Heroku.OutputAsync(Ct, "apps")).ShouldNotContain(renamed);
    }

    [Fact]
    public async Task Create_WithoutAName_MakesOneUp()
    {
        var output = await Heroku.OutputAsync(Ct, "create");

        var name = output.Split("http://")[1].Split('.')[0];
        name.ShouldMatch("^[a-z][a-z0-9-]{1,28}[a-z0-9]$");
        await Platform.Api.DeleteAsync($"/apps/{name}", Ct);
    }

    [Theory]
    [InlineData("Bad_Name", "lowercase")]
    [InlineData("ab", "too short")]
    [InlineData("a-name-that-is-far-too-long-for-us", "too long")]
    [InlineData("1st", "start with a letter")]
    public async Task Create_WithABadName_SaysTheRule(string name, string rule) =>
        (await Heroku.FailureAsync(Ct, "create", name)).ShouldContain(rule);

    [Fact]
    public async Task Create_WithATakenName_SaysSo()
    {
        var app = await NewAppAsync("taken");

        (await Heroku.FailureAsync(Ct, "create", app)).ShouldContain("already taken");
    }

    [Fact]
    public async Task Open_PrintsTheUrl()
    {
        var app = await NewAppAsync("opened");

        var result = await Heroku.RunAsync(Ct, "open", "--app", app);

        result.Output.ShouldContain($"Opening http://{app}.localhost:{Platform.RouterPort}/...");
    }

    [Fact]
    public async Task App_WithoutCode_ShowsThatItHasNone()
    {
        var app = await NewAppAsync("blank");

        // Its address is known to the router a moment after the API has answered.
        await Renga.Testing.Eventually.HoldsAsync(
            "the address to be the app's", async ct => (await Platform.Browser.GetAsync(app, "/", ct)).Status != System.Net.HttpStatusCode.NotFound, Ct);
        (await Platform.Browser.GetAsync(app, "/", Ct)).Status.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Maintenance_OnAndOff_IsSeenByVisitors()
    {
        var (app, _) = await NewVerseAsync("closed");

        await Heroku.OutputAsync(Ct, "maintenance:on", "--app", app);
        await Renga.Testing.Eventually.HoldsAsync(
            "the maintenance page",
            async ct => (await Platform.Browser.GetAsync(app, "/", ct)).Status == System.Net.HttpStatusCode.ServiceUnavailable,
            Ct);
        (await Heroku.OutputAsync(Ct, "maintenance", "--app", app)).ShouldContain("on");

        await Heroku.OutputAsync(Ct, "maintenance:off", "--app", app);
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);
    }

    [Fact]
    public async Task Buildpacks_SetAddAndClear()
    {
        var app = await NewAppAsync("packed");

        await Heroku.OutputAsync(Ct, "buildpacks:set", "heroku/nodejs", "--app", app);
        (await Heroku.OutputAsync(Ct, "buildpacks", "--app", app)).ShouldContain("heroku/nodejs");

        await Heroku.OutputAsync(Ct, "buildpacks:add", "heroku/python", "--app", app);
        var both = await Heroku.OutputAsync(Ct, "buildpacks", "--app", app);
        both.IndexOf("heroku/nodejs", StringComparison.Ordinal).ShouldBeLessThan(both.IndexOf("heroku/python", StringComparison.Ordinal));

        await Heroku.OutputAsync(Ct, "buildpacks:clear", "--app", app);
        (await Heroku.OutputAsync(Ct, "buildpacks", "--app", app)).ShouldContain("no Buildpack");
    }
}
