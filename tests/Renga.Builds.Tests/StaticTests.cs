using System.Net;

namespace Renga.Builds.Tests;

public sealed class StaticTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_RedirectRewriteAndAddHeaders()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(
            ("static.json", """
            {
              "root": "public", "clean_urls": true, "routes": { "/app/**": "app.html" },
              "redirects": { "/old": { "url": "/about", "status": 302 } }, "headers": { "/assets/**": { "Cache-Control": "max-age=31536000" } }
            }
            """),
            ("public/index.html", "home"),
            ("public/about.html", "about"),
            ("public/app.html", "app"),
            ("public/assets/frog.txt", "plop"),
            ("secret.txt", "secret"));

        var built = await compiler.MustBuildAsync(source, Ct);
        var answer = await compiler.ServeAsync(
            built,
            async client =>
            {
                using var asset = await client.GetAsync("/assets/frog.txt", Ct);
                using var outside = await client.GetAsync("/secret.txt", Ct);
                return $"{await client.GetStringAsync("/", Ct)} {await client.GetStringAsync("/old", Ct)} {await client.GetStringAsync("/app/any/where", Ct)} {asset.Headers.CacheControl} {outside.StatusCode}";
            },
            Ct);

        answer.ShouldBe($"home about app max-age=31536000 {HttpStatusCode.NotFound}");
    }

    [Theory]
    [InlineData("{ \"root\": ")]
    [InlineData("{ \"root\": \"missing\" }")]
    [InlineData("{ \"root\": \"../..\" }")]
    public async Task Settings_ThatCannotBeUsed_FailTheBuild(string settings)
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("static.json", settings), ("index.html", "")), Ct);

        built.Output.ShouldContain(" !     static.json cannot be used; the reason is above.");
        built.Output.ShouldContain("Push rejected, failed to compile Static app.");
    }
}
