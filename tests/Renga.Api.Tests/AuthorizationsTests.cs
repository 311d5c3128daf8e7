using System.Text.Json.Nodes;

namespace Renga.Api.Tests;

public sealed class AuthorizationsTests
{
    [Fact]
    public async Task Logout_AsTheOfficialClientDoesIt_EndsItsOwnTokenOnly()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Time.Advance(TimeSpan.FromSeconds(1));
        var login = (string)(await api.SendAsync("POST", "/oauth/authorizations", 201, new { description = "login" }))["access_token"]!["token"]!;
        await api.SendAsync("POST", "/oauth/authorizations", 201, new { description = "someone else's" });
        using var client = api.ClientOf(login);

        Matches(login, await api.SendAsync("GET", "/oauth/authorizations/~", client: client)).ShouldBeFalse("the API key is not what the client signed in with");
        var mine = (await api.SendAsync("GET", "/oauth/authorizations", client: client)).AsArray().Where(a => Matches(login, a!)).ToList();
        mine.ShouldHaveSingleItem()!["description"]!.ToString().ShouldBe("login");
        Matches(api.Owner.Token, await api.SendAsync("GET", "/oauth/authorizations/~")).ShouldBeTrue("the first token is the API key, which a logout leaves alone");
    }

    [Theory]
    [InlineData("{\"expires_in\": 0}")]
    [InlineData("{\"expires_in\": 99999999999}")]
    [InlineData("{\"scope\": [\"read\"]}")]
    public async Task Create_OfWhatCannotBe_IsRefused(string body)
    {
        await using var api = await ApiFixture.StartAsync();
        await api.SendAsync("POST", "/oauth/authorizations", 422, body);
    }

    [Fact]
    public async Task Token_OfAnotherAccount_CannotBeSeenOrEnded()
    {
        await using var api = await ApiFixture.StartAsync();
        var made = await api.SendAsync("POST", "/oauth/authorizations", 201);
        using var stranger = api.ClientOf(api.Stranger.Token);
        await api.SendAsync("GET", $"/oauth/authorizations/{made["id"]}", 404, client: stranger);
        await api.SendAsync("DELETE", $"/oauth/authorizations/{made["id"]}", 404, client: stranger);
    }

    /// <summary>How the client compares its token with what it is shown.</summary>
    private static bool Matches(string token, JsonNode authorization)
    {
        var shown = authorization["access_token"]!["token"]!.ToString().Split("**********");
        shown.Length.ShouldBe(2);
        return token.StartsWith(shown[0], StringComparison.Ordinal) && token.EndsWith(shown[1], StringComparison.Ordinal);
    }
}
