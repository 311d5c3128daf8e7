namespace Renga.Api.Tests;

public sealed class StacksTests
{
    [Fact]
    public async Task Stack_Built_IsTheDefaultOfNewAppsOnly()
    {
        await using var api = await ApiFixture.StartAsync();
        var old = await api.SendAsync("POST", "/apps", 201, new { name = "old" });
        ((string)old["stack"]!["name"]!).ShouldBe("host");

        api.Stacks.Build("renga-12", "20261121.1");
        var stacks = await api.SendAsync("GET", "/stacks");
        stacks.AsArray().Select(static s => ((string)s!["name"]!, (bool)s["default"]!)).ShouldBe([("renga-12", true), ("host", false)]);
        var app = await api.SendAsync("POST", "/apps", 201, new { name = "example" });
        ((string)app["stack"]!["name"]!, (string)app["build_stack"]!["name"]!).ShouldBe(("renga-12", "renga-12"));
        ((string)(await api.SendAsync("GET", "/apps/old"))["build_stack"]!["name"]!).ShouldBe("host");
        ((string)(await api.SendAsync("POST", "/apps", 201, new { name = "chosen", stack = "host" }))["stack"]!["name"]!).ShouldBe("host");
    }

    [Fact]
    public async Task BuildStack_Set_IsWhatRunsOnlyAfterTheNextBuild()
    {
        await using var api = await ApiFixture.StartAsync();
        var id = await api.CreateAppAsync();
        await api.DeployAsync(id, "web");
        api.Stacks.Build("renga-12", "20261121.1");

        StacksAre(await api.SendAsync("PATCH", "/apps/example", 200, new { build_stack = "renga-12" }), "host", "renga-12");
        StacksAre(await api.SendAsync("GET", "/apps/example"), "host", "renga-12");
        StacksAre((await api.SendAsync("GET", "/apps"))[0]!, "host", "renga-12");
        api.Logs.Lines.ShouldContain(static l => l.Contains("Stack changed from host to renga-12", StringComparison.Ordinal));

        await api.DeployOnAsync("renga-12", id, "web");
        StacksAre(await api.SendAsync("GET", "/apps/example"), "renga-12", "renga-12");

        // Back to the release that was built on the host.
        await api.SendAsync("POST", "/apps/example/releases", 201, new { release = "2" });
        StacksAre(await api.SendAsync("GET", "/apps/example"), "host", "renga-12");
        StacksAre(await api.SendAsync("DELETE", "/apps/example"), "host", "renga-12");
    }

    [Fact]
    public async Task BuildStack_OfAnAppWithoutCode_CountsAtOnce()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        api.Stacks.Build("renga-12", "20261121.1");
        var stack = await api.SendAsync("GET", "/stacks/renga-12");
        StacksAre(await api.SendAsync("PATCH", "/apps/example", 200, new { build_stack = (string)stack["id"]! }), "renga-12", "renga-12");
    }

    [Fact]
    public async Task Stack_Unknown_IsRefusedWithThoseThereAre()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        api.Stacks.Build("renga-12", "20261121.1");
        var refused = await api.SendAsync("PATCH", "/apps/example", 422, new { build_stack = "heroku-24" });
        ((string)refused["message"]!).ShouldBe("Stack heroku-24 is not available. Available stacks: renga-12, host.");
        await api.SendAsync("GET", "/stacks/heroku-24", 404);
        (await api.SendAsync("GET", "/apps/example/available-stacks")).AsArray().Count.ShouldBe(2);
    }

    private static void StacksAre(System.Text.Json.Nodes.JsonNode app, string runs, string builds)
    {
        ((string)app["stack"]!["name"]!, (string)app["build_stack"]!["name"]!).ShouldBe((runs, builds));
    }
}
