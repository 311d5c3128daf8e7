using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renga.Api.Conventions;

namespace Renga.Api.Tests;

/// <summary>Every route by every role.</summary>
public sealed class AuthorizationWalkTests(SharedApi shared) : IClassFixture<SharedApi>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRoute_ByEveryRole_AnswersAsItMust()
    {
        await using var api = await ApiFixture.StartAsync();
        using var nobody = api.ClientOf(null);
        using var wrong = api.ClientOf("HRKU-wrong");
        using var stranger = api.ClientOf(api.Stranger.Token);
        var walked = 0;
        foreach (var (method, template) in Routes(api))
        {
            var name = $"walk-{walked++}";
            await api.CreateAppAsync(name);
            var path = Fill(template, name);

            await CheckAsync(nobody, method, path, HttpStatusCode.Unauthorized, "unauthorized");
            await CheckAsync(wrong, method, path, HttpStatusCode.Unauthorized, "unauthorized");
            if (template.Contains("{app}", StringComparison.Ordinal))
                (await CheckAsync(stranger, method, path, HttpStatusCode.NotFound, "not_found"))["resource"]!.ToString().ShouldBe("app", path);

            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            var owner = await api.Client.SendAsync(request, Ct);
            owner.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized, path);
            owner.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden, path);
            ((int)owner.StatusCode).ShouldBeLessThan(500, path);
            (await owner.Content.ReadAsStringAsync(Ct)).ShouldNotContain("\"resource\":\"app\"", Case.Sensitive, path);
        }

        walked.ShouldBeGreaterThan(60);
    }

    [Fact]
    public async Task OpenRoutes_AreTheseAndNoOthers()
    {
        var api = shared.Api;
        var open = Endpoints(api).Where(static e => e.Metadata.GetMetadata<ApiRule>() is { IsOpen: true }).Select(static e => e.RoutePattern.RawText!).Distinct().Order();
        open.ShouldBe(["/buildpacks", "/buildpacks/{name}", "/buildpacks/{name}/readme", "/buildpacks/{name}/revisions", "/builds/{build}/output", "/live", "/ready", "/slugs/{slug}/blob", "/sources/{source}/blob", "/{**path}"]);
    }

    [Fact]
    public async Task Password_IsTakenForAuthorizationsOnly()
    {
        var api = shared.Api;
        using var basic = api.ClientOf(null);
        basic.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"owner@example.com:{api.Owner.Password}")));

        await api.SendAsync("GET", "/account", 401, client: basic);
        var made = await api.SendAsync("POST", "/oauth/authorizations", 201, new { description = "login", expires_in = 60 }, client: basic);
        using var issued = api.ClientOf((string)made["access_token"]!["token"]!);
        (await api.SendAsync("GET", "/account", client: issued))["email"]!.ToString().ShouldBe("owner@example.com");

        var listed = await api.SendAsync("GET", "/oauth/authorizations");
        listed.ToJsonString().ShouldNotContain((string)made["access_token"]!["token"]!);
        await api.SendAsync("DELETE", $"/oauth/authorizations/{made["id"]}");
        await api.SendAsync("GET", "/account", 401, client: issued);
    }

    [Theory]
    [InlineData("{0}:")]
    [InlineData("nocolon{0}")]
    [InlineData("{0}")]
    public async Task Basic_WithoutTokenBehindTheColon_IsRefused(string format)
    {
        var api = shared.Api;
        using var client = api.ClientOf(null);
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Format(null, format, api.Owner.Token))));
        await api.SendAsync("GET", "/account", 401, client: client);
    }

    [Theory]
    [InlineData("")]
    [InlineData("heroku")]
    [InlineData("me@example.com")]
    public async Task Basic_WithAnyUserAndToken_IsTaken(string user)
    {
        var api = shared.Api;
        using var client = api.ClientOf(null);
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{api.Owner.Token}")));
        await api.SendAsync("GET", "/account", client: client);
    }

    private static async Task<JsonNode> CheckAsync(HttpClient client, string method, string path, HttpStatusCode status, string id)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var response = await client.SendAsync(request, Ct);
        var body = await response.Content.ReadAsStringAsync(Ct);
        response.StatusCode.ShouldBe(status, $"{method} {path}: {body}");
        var json = JsonNode.Parse(body)!;
        json["id"]!.ToString().ShouldBe(id);
        return json;
    }

    private static IEnumerable<RouteEndpoint> Endpoints(ApiFixture api) => api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static List<(string Method, string Template)> Routes(ApiFixture api) =>
    [
        .. from endpoint in Endpoints(api)
           where endpoint.Metadata.GetMetadata<ApiRule>() is not { IsOpen: true }
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
           select (method, endpoint.RoutePattern.RawText!),
    ];

    private static string Fill(string template, string app) =>
        System.Text.RegularExpressions.Regex.Replace(template.Replace("{app}", app, StringComparison.Ordinal), @"\{user\}", "~") is var path
            ? System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", "x")
            : path!;
}
