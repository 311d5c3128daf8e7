using System.Net;
using System.Net.Http.Headers;

namespace Renga.Git.Tests;

public sealed class AccessTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("Basic !!!")]
    [InlineData("Basic eDo=")]
    [InlineData("Basic eDp3cm9uZw==")]
    public async Task Request_WithoutAValidToken_Is401WithAChallenge(string? authorization)
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{host.Url}/ronin.git/info/refs?service=git-receive-pack");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await client.SendAsync(request, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.Single().ToString().ShouldBe("Basic realm=\"Renga\"");
    }

    [Fact]
    public async Task Push_ToAnUnknownApp_SaysSo()
    {
        await using var host = await GitHost.StartAsync();
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("nobody"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("remote: !\tNo such app as nobody.");
        Directory.Exists(host.Folder["git"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Push_WithAWrongToken_IsRefused()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var copy = await WorkingCopy.CreateAsync(Ct);
        await copy.CommitAsync("a", "1", Ct);

        var push = await copy.GitAsync(Ct, "push", host.AppUrl("ronin", "wrong"), "main");

        push.Status.ShouldNotBe(0);
        push.Error.ShouldContain("Authentication failed");
    }

    [Theory]
    [InlineData("/ronin.git/info/refs", HttpStatusCode.Forbidden)]
    [InlineData("/ronin.git/info/refs?service=git-daemon", HttpStatusCode.Forbidden)]
    [InlineData("/ronin.git/HEAD", HttpStatusCode.NotFound)]
    [InlineData("/ronin.git/objects/info/packs", HttpStatusCode.NotFound)]
    public async Task Request_OutsideTheProtocol_IsNotServed(string path, HttpStatusCode expected)
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var client = Client();

        (await client.GetAsync(host.Url + path, Ct)).StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Post_OfAnotherType_Is415()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var client = Client();

        using var response = await client.PostAsync($"{host.Url}/ronin.git/git-receive-pack", new StringContent("0000"), Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Post_GzippedFlush_IsAccepted()
    {
        await using var host = await GitHost.StartAsync();
        host.Gatekeeper.Add("ronin");
        using var client = Client();
        using var zipped = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync("0000"u8.ToArray(), Ct);
        var content = new ByteArrayContent(zipped.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await client.PostAsync($"{host.Url}/ronin.git/git-receive-pack", content, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Repository_FollowsTheApp()
    {
        await using var host = await GitHost.StartAsync();
        var app = host.Gatekeeper.Add("ronin");

        await host.Resources.CreatedAsync(app, Ct);
        await host.Resources.CreatedAsync(app, Ct);
        File.Exists(Path.Combine(host.Repository(app), "HEAD")).ShouldBeTrue();
        await host.Resources.DestroyedAsync(app.Id, [], Ct);
        await host.Resources.DestroyedAsync(app.Id, [], Ct);

        Directory.Exists(host.Repository(app)).ShouldBeFalse();
    }

    private static HttpClient Client()
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(":" + FakeGatekeeper.Token)));
        return client;
    }
}
