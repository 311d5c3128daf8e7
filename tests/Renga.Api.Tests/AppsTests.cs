namespace Renga.Api.Tests;

public sealed class AppsTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task App_FromCreateToDestroy_TellsEveryone()
    {
        await using var api = await ApiFixture.StartAsync();

        var app = await api.SendAsync("POST", "/apps", 201, new { name = "example" });
        app["web_url"]!.ToString().ShouldBe("http://example.localhost:8080/");
        app["git_url"]!.ToString().ShouldBe("https://localhost:5001/example.git");
        app["owner"]!["email"]!.ToString().ShouldBe("owner@example.com");
        (await api.SendAsync("GET", $"/apps/{app["id"]}"))["name"]!.ToString().ShouldBe("example");

        var renamed = await api.SendAsync("PATCH", "/apps/example", 200, new { name = "renamed" });
        renamed["web_url"]!.ToString().ShouldBe("http://renamed.localhost:8080/");
        (await api.SendAsync("GET", "/apps/renamed/domains"))[0]!["hostname"]!.ToString().ShouldBe("renamed.localhost");
        await api.SendAsync("GET", "/apps/example", 404);

        await api.SendAsync("PATCH", "/apps/renamed", 200, new { maintenance = true });
        await api.SendAsync("PATCH", "/apps/renamed", 200, new { maintenance = false });
        await api.SendAsync("DELETE", "/apps/renamed");
        await api.SendAsync("GET", "/apps/renamed", 404);

        api.Resources.Calls.ShouldBe(["created example", "renamed example renamed", "destroyed 0"]);
        api.LogSessions.Destroyed.Single().ToString().ShouldBe(app["id"]!.ToString());
        api.Dynos.LookedAgain.Distinct().Single().ToString().ShouldBe(app["id"]!.ToString());
        api.Logs.Lines.ShouldBe(
        [
            "app[api]: Initial release by user owner@example.com",
            "app[api]: Release v1 created by user owner@example.com",
            "app[api]: Renamed from example to renamed by user owner@example.com",
            "app[api]: Maintenance mode enabled by user owner@example.com",
            "app[api]: Maintenance mode disabled by user owner@example.com",
        ]);
    }

    [Theory]
    [InlineData("x", "short")]
    [InlineData("Upper-case", "lowercase")]
    [InlineData("under_score", "lowercase")]
    [InlineData("ends-with-", "end with")]
    [InlineData("a-name-of-more-than-thirty-characters", "long")]
    [InlineData("../../etc", "lowercase")]
    [InlineData("example", "Name \"example\" is already taken.")]
    public async Task Create_WithABadName_SaysWhatIsWrong(string name, string expected)
    {
        var api = shared.Api;
        var answer = await api.SendAsync("POST", "/apps", 422, new { name });
        answer["id"]!.ToString().ShouldBe("invalid_params");
        answer["message"]!.ToString().ShouldContain(expected);
    }

    [Fact]
    public async Task Create_WithoutName_MakesOneUp()
    {
        var api = shared.Api;
        (await api.SendAsync("POST", "/apps", 201))["name"]!.ToString().ShouldMatch("^[a-z]+-[a-z]+-[0-9]{5}$");
        await api.SendAsync("POST", "/apps", 422, new { stack = "heroku-99" });
        await api.SendAsync("POST", "/apps", 422, new { region = "mars" });
    }

    [Fact]
    public async Task Create_WithoutRoom_IsTakenBack()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Resources.NoRoomFor = "example";
        (await api.SendAsync("POST", "/apps", 503, new { name = "example" }))["id"]!.ToString().ShouldBe("service_unavailable");
        await api.SendAsync("GET", "/apps/example", 404);
        api.Resources.Calls.ShouldBe(["created example", "destroyed 0"]);
        api.Logs.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_OfOneNameByMany_LetsOneWin()
    {
        await using var api = await ApiFixture.StartAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.Client.PostAsync(
            "/apps", new StringContent("{\"name\":\"wanted\"}", System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json")), ApiFixture.Ct)));
        all.Count(static r => (int)r.StatusCode == 201).ShouldBe(1);
        all.Count(static r => (int)r.StatusCode == 422).ShouldBe(9);
    }
}
