using System.Net.Http.Headers;
using System.Text;

namespace Renga.Api.Tests;

public sealed class ConventionsTests(SharedApi shared) : IClassFixture<SharedApi>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/vnd.heroku+json; version=3", 200)]
    [InlineData("application/vnd.heroku+json; version=3.sdk", 200)]
    [InlineData("application/vnd.heroku+json; version=3.team-invitations", 200)]
    [InlineData("application/vnd.heroku+json;version=3, text/plain", 200)]
    [InlineData("text/plain, application/vnd.heroku+json; version=3; q=0.9", 200)]
    [InlineData("application/vnd.heroku+json; version=30", 406)]
    [InlineData("application/vnd.heroku+json; version=2", 406)]
    [InlineData("application/json", 406)]
    [InlineData("*/*", 406)]
    public async Task Accept_Decides(string accept, int status)
    {
        var api = shared.Api;
        using var client = api.ClientOf(api.Owner.Token);
        client.DefaultRequestHeaders.Remove("Accept");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        var answer = await api.SendAsync("GET", "/account", status, client: client);
        if (status == 406)
            answer["id"]!.ToString().ShouldBe("not_acceptable");
    }

    [Fact]
    public async Task RequestId_Given_ComesBack_WithoutWhatIsUnsound()
    {
        var api = shared.Api;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.TryAddWithoutValidation("Request-Id", "01234567-89ab-cdef-0123-456789abcdef,bad id,11111111-89ab-cdef-0123-456789abcdef");
        var response = await api.Client.SendAsync(request, Ct);
        response.Headers.GetValues("Request-Id").Single().ShouldBe("01234567-89ab-cdef-0123-456789abcdef,11111111-89ab-cdef-0123-456789abcdef");

        var without = await api.Client.GetAsync("/account", Ct);
        Guid.TryParse(without.Headers.GetValues("Request-Id").Single(), out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Etag_SentBack_Answers304()
    {
        var api = shared.Api;
        var first = await api.Client.GetAsync("/account", Ct);
        first.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");

        using var again = new HttpRequestMessage(HttpMethod.Get, "/account");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        var second = await api.Client.SendAsync(again, Ct);

        ((int)second.StatusCode).ShouldBe(304);
        (await second.Content.ReadAsByteArrayAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RateLimit_UsedUp_RefusesUntilItRefills()
    {
        await using var api = await ApiFixture.StartAsync(static options => (options.RateLimit, options.RateRefillPerMinute) = (3, 60));

        (await api.ExchangeAsync("GET", "/account")).Response.Headers.GetValues("RateLimit-Remaining").Single().ShouldBe("2");
        await api.SendAsync("GET", "/account");
        await api.SendAsync("GET", "/account");
        (await api.SendAsync("GET", "/account", 429))["id"]!.ToString().ShouldBe("rate_limit");
        (await api.SendAsync("GET", "/account/rate-limits"))["remaining"]!.GetValue<int>().ShouldBe(0);
        using var stranger = api.ClientOf(api.Stranger.Token);
        await api.SendAsync("GET", "/account", client: stranger);

        api.Time.Advance(TimeSpan.FromSeconds(1));
        await api.SendAsync("GET", "/account");
    }

    [Theory]
    [InlineData("{\"name\": ", 400, "bad_request", "not valid JSON")]
    [InlineData("{\"name\": 5}", 422, "invalid_params", "\"name\"")]
    [InlineData("[1]", 422, "invalid_params", "The body")]
    [InlineData("null", 422, "invalid_params", "object")]
    [InlineData("{\"name\": \"one\", \"name\": \"two\"}", 422, "invalid_params", "twice")]
    public async Task Body_ThatCannotBeRead_IsExplained(string body, int status, string id, string message)
    {
        var api = shared.Api;
        var answer = await api.SendAsync("POST", "/apps", status, body);
        answer["id"]!.ToString().ShouldBe(id);
        answer["message"]!.ToString().ShouldContain(message);
    }

    [Fact]
    public async Task Body_OfAnotherType_OrTooLarge_IsRefused()
    {
        var api = shared.Api;
        using var form = new StringContent("name=x", Encoding.UTF8, "application/x-www-form-urlencoded");
        ((int)(await api.Client.PostAsync("/apps", form, Ct)).StatusCode).ShouldBe(400);

        using var large = new StringContent($"{{\"name\": \"{new string('x', 2_000_000)}\"}}", MediaTypeHeaderValue.Parse("application/json"));
        ((int)(await api.Client.PostAsync("/apps", large, Ct)).StatusCode).ShouldBe(413);
    }

    [Fact]
    public async Task Path_Unknown_IsNotFound()
    {
        var api = shared.Api;
        (await api.SendAsync("GET", "/nothing/here", 404))["id"]!.ToString().ShouldBe("not_found");
        await api.SendAsync("DELETE", "/account", 404);
    }

    [Fact]
    public async Task MethodOverride_OnPost_IsFollowed()
    {
        var api = shared.Api;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apps/example") { Content = new StringContent("{\"maintenance\":true}", MediaTypeHeaderValue.Parse("application/json")) };
        request.Headers.Add("X-Http-Method-Override", "PATCH");
        ((int)(await api.Client.SendAsync(request, Ct)).StatusCode).ShouldBe(200);
        (await api.SendAsync("GET", "/apps/example"))["maintenance"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Cors_FromAnyOrigin_IsAllowed()
    {
        var api = shared.Api;
        using var nobody = api.ClientOf(null);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/apps/example");
        preflight.Headers.Add("Origin", "https://elsewhere.example");
        var answer = await nobody.SendAsync(preflight, Ct);
        ((int)answer.StatusCode).ShouldBe(204);
        answer.Headers.GetValues("Access-Control-Allow-Origin").Single().ShouldBe("*");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.Add("Origin", "https://elsewhere.example");
        (await api.Client.SendAsync(request, Ct)).Headers.GetValues("Access-Control-Expose-Headers").Single().ShouldContain("Next-Range");
    }

    [Fact]
    public async Task Health_NeedsNothing()
    {
        var api = shared.Api;
        using var plain = new HttpClient { BaseAddress = api.Address };
        (await plain.GetStringAsync("/live", Ct)).ShouldBe("OK\n");
        (await plain.GetStringAsync("/ready", Ct)).ShouldBe("OK\n");
    }
}
