namespace Renga.Builds.Tests;

public sealed class ExampleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EngineKind.Plain, "hello-node", "Node.js")]
    [InlineData(EngineKind.Runc, "hello-node", "Node.js")]
    [InlineData(EngineKind.Plain, "hello-python", "Python")]
    [InlineData(EngineKind.Runc, "hello-python", "Python")]
    [InlineData(EngineKind.Plain, "hello-dotnet", ".NET")]
    [InlineData(EngineKind.Runc, "hello-dotnet", ".NET")]
    public async Task Example_IsBuiltAndServes(EngineKind engine, string example, string language)
    {
        await using var compiler = await Compiler.StartAsync(engine: engine);

        var built = await compiler.MustBuildAsync(Compiler.Example(example), Ct);
        var answer = await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct);

        built.Output.ShouldContain($"-----> {language} app detected\n");
        answer.ShouldStartWith("Hello from web.1");
        compiler.ShouldHaveNoLeftovers();
    }

    [Theory]
    [InlineData(EngineKind.Plain)]
    [InlineData(EngineKind.Runc)]
    public async Task HelloStatic_ServesFilesAsTheirTypes(EngineKind engine)
    {
        await using var compiler = await Compiler.StartAsync(engine: engine);

        var built = await compiler.MustBuildAsync(Compiler.Example("hello-static"), Ct);
        var answer = await compiler.ServeAsync(
            built,
            async client =>
            {
                using var page = await client.GetAsync("/", Ct);
                using var style = await client.GetAsync("/style.css", Ct);
                using var missing = await client.GetAsync("/nothing", Ct);
                using var hidden = await client.GetAsync("/.renga/static/server.mjs", Ct);
                using var outside = await client.GetAsync("/%2e%2e%2f%2e%2e%2fetc/passwd", Ct);
                using var conditional = new HttpRequestMessage(HttpMethod.Get, "/style.css");
                conditional.Headers.IfNoneMatch.Add(style.Headers.ETag!);
                using var fresh = await client.SendAsync(conditional, Ct);
                using var partial = new HttpRequestMessage(HttpMethod.Get, "/style.css");
                partial.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(0, 1);
                using var part = await client.SendAsync(partial, Ct);
                return $"{page.Content.Headers.ContentType} {style.Content.Headers.ContentType} {(int)missing.StatusCode} {(await missing.Content.ReadAsStringAsync(Ct)).Contains("Not here", StringComparison.Ordinal)} "
                    + $"{(int)hidden.StatusCode} {(int)outside.StatusCode} {(int)fresh.StatusCode} {(int)part.StatusCode} {await part.Content.ReadAsStringAsync(Ct)}";
            },
            Ct);

        answer.ShouldBe("text/html; charset=utf-8 text/css; charset=utf-8 404 True 404 404 304 206 h1");
        built.Output.ShouldContain("       Default types for buildpack -> web\n");
    }
}
