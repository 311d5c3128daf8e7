namespace Renga.Api.Tests;

public sealed class BuildpacksTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task Buildpacks_ByEveryName_AreKept()
    {
        var api = shared.Api;
        string[] given =
        [
            "heroku/nodejs", "urn:buildpack:heroku/python", "https://buildpack-registry.s3.amazonaws.com/buildpacks/heroku/dotnet.tgz",
            "https://example.com/some/buildpack.git#main", "file:///opt/buildpack",
        ];

        var kept = await api.SendAsync("PUT", "/apps/example/buildpack-installations", 200, new { updates = given.Select(static b => new { buildpack = b }) });

        kept.AsArray().Select(static b => b!["buildpack"]!["url"]!.ToString()).ShouldBe(
        [
            "urn:buildpack:heroku/nodejs", "urn:buildpack:heroku/python", "urn:buildpack:heroku/dotnet",
            "https://example.com/some/buildpack.git#main", "/opt/buildpack",
        ]);
        (await api.SendAsync("PUT", "/apps/example/buildpack-installations", 200, new { updates = Array.Empty<object>() }, range: "")).AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"updates\":[{\"buildpack\":\"heroku/cobol\"}]}")]
    [InlineData("{\"updates\":[{\"buildpack\":\"ftp://x/y\"}]}")]
    [InlineData("{\"updates\":[{\"buildpack\":\"https://x/y z\"}]}")]
    [InlineData("{\"updates\":[{\"buildpack\":\"git@example.com:some/pack.git\"}]}")]
    [InlineData("{\"updates\":[{}]}")]
    [InlineData("{\"updates\":[null]}")]
    [InlineData("{}")]
    public async Task Buildpacks_ThatCannotBe_AreRefused(string body)
    {
        var api = shared.Api;
        await api.SendAsync("PUT", "/apps/example/buildpack-installations", 422, body);
    }

    [Fact]
    public async Task Registry_KnowsItsNames()
    {
        var api = shared.Api;
        using var nobody = api.ClientOf(null);
        (await api.SendAsync("GET", "/buildpacks/heroku%2Fnodejs", client: nobody))["blob_url"]!.ToString().ShouldBe("urn:buildpack:heroku/nodejs");
        (await api.SendAsync("GET", "/buildpacks/heroku%2Fcobol", 404, client: nobody))["resource"]!.ToString().ShouldBe("buildpack");
        (await api.SendAsync("GET", "/buildpacks/heroku%2Fnodejs/revisions", client: nobody))[0]!["license"]!.ToString().ShouldBe("MIT");
        (await api.SendAsync("GET", "/buildpacks?in[name][]=python", client: nobody)).AsArray().Count.ShouldBe(1);
    }
}
