namespace Renga.Api.Tests;

public sealed class KeysTests
{
    private const string Md5OfAbc = "90:2f:bd:d2:b1:df:0c:4f:70:b4:a5:d2:35:25:e9:32";

    [Fact]
    public async Task Key_IsAddedFoundAndRemoved()
    {
        await using var api = await ApiFixture.StartAsync();

        var made = await api.SendAsync("POST", "/account/keys", 201, new { public_key = "ssh-ed25519 QUJD dev@laptop\n" });

        made["public_key"]!.ToString().ShouldBe("ssh-ed25519 QUJD dev@laptop");
        (made["comment"]!.ToString(), made["email"]!.ToString(), made["fingerprint"]!.ToString()).ShouldBe(("dev@laptop", "owner@example.com", Md5OfAbc));
        (await api.SendAsync("GET", "/account/keys")).AsArray().ShouldHaveSingleItem();
        foreach (var name in (string[])[made["id"]!.ToString(), Md5OfAbc])
            (await api.SendAsync("GET", $"/account/keys/{name}"))["id"]!.ToString().ShouldBe(made["id"]!.ToString());

        await api.SendAsync("DELETE", $"/account/keys/{made["id"]}");
        (await api.SendAsync("GET", "/account/keys")).AsArray().ShouldBeEmpty();
        await api.SendAsync("DELETE", $"/account/keys/{made["id"]}", 404);
    }

    [Fact]
    public async Task Key_WithoutAComment_GetsTheAccountsEmail()
    {
        await using var api = await ApiFixture.StartAsync();
        (await api.SendAsync("POST", "/account/keys", 201, new { public_key = "ssh-ed25519 QUJD" }))["public_key"]!.ToString().ShouldBe("ssh-ed25519 QUJD owner@example.com");
    }

    [Fact]
    public async Task Key_ThatSomebodyHas_IsRefused()
    {
        await using var api = await ApiFixture.StartAsync();
        using var stranger = api.ClientOf(api.Stranger.Token);
        await api.SendAsync("POST", "/account/keys", 201, new { public_key = "ssh-ed25519 QUJD one" });

        foreach (var client in (HttpClient[])[api.Client, stranger])
            (await api.SendAsync("POST", "/account/keys", 422, new { public_key = "ssh-ed25519 QUJD two" }, client: client))["message"]!.ToString().ShouldContain("already taken");
    }

    [Fact]
    public async Task Key_OfAnotherAccount_CannotBeSeenOrRemoved()
    {
        await using var api = await ApiFixture.StartAsync();
        using var stranger = api.ClientOf(api.Stranger.Token);
        var made = await api.SendAsync("POST", "/account/keys", 201, new { public_key = "ssh-ed25519 QUJD one" });

        (await api.SendAsync("GET", "/account/keys", client: stranger)).AsArray().ShouldBeEmpty();
        foreach (var name in (string[])[made["id"]!.ToString(), Md5OfAbc])
        {
            await api.SendAsync("GET", $"/account/keys/{name}", 404, client: stranger);
            await api.SendAsync("DELETE", $"/account/keys/{name}", 404, client: stranger);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"public_key\": \"nonsense\"}")]
    public async Task Key_ThatIsNone_IsRefusedInWords(string body)
    {
        await using var api = await ApiFixture.StartAsync();
        (await api.SendAsync("POST", "/account/keys", 422, body))["id"]!.ToString().ShouldBe("invalid_params");
    }
}
