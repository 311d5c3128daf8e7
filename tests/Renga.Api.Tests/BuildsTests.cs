using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Renga.Model.Builds;

namespace Renga.Api.Tests;

/// <summary>Deploying without git: sources and builds.</summary>
public sealed class BuildsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_FromASource_IsStarted_AndCanBeReadListedAndCancelled()
    {
        var schema = await PlatformSchema.GetAsync();
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        using var anyone = new HttpClient();

        // 1. Upload, as the heroku-builds plugin does: no credentials, an empty Content-Type.
        var source = await api.SendAsync("POST", "/sources", 201);
        schema.Check("source", source);
        var (get, put) = (source["source_blob"]!["get_url"]!.ToString(), source["source_blob"]!["put_url"]!.ToString());
        using var content = new ByteArrayContent("archive"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "");
        (await anyone.PutAsync(put, content, Ct)).EnsureSuccessStatusCode();
        (await anyone.GetStringAsync(get, Ct)).ShouldBe("archive");

        // 2. Build.
        var build = await api.SendAsync("POST", "/apps/example/builds", 201, new { source_blob = new { url = get, version = "v1.2", version_description = "Better" }, buildpacks = new[] { new { url = "heroku/nodejs" } } });
        schema.Check("build", build);
        build["status"]!.ToString().ShouldBe("pending");
        build["source_blob"]!["version"]!.ToString().ShouldBe("v1.2");
        build["user"]!["email"]!.ToString().ShouldBe("owner@example.com");
        build["buildpacks"]!.AsArray().Select(static b => b!["url"]!.ToString()).ShouldBe(["urn:buildpack:heroku/nodejs"]);
        var request = api.Builds.Started.Single();
        request.Source.ShouldBeOfType<BuildSource.Archive>();
        (request.Commit, request.CommitDescription, request.Buildpacks!.Single()).ShouldBe(("v1.2", "Better", "heroku/nodejs"));

        // 3. What it says, without credentials; the result as older clients read it.
        (await anyone.GetStringAsync(build["output_stream_url"]!.ToString(), Ct)).ShouldBe("-----> Building\n       é\n");
        var path = $"/apps/example/builds/{build["id"]}";
        var result = await api.SendAsync("GET", $"{path}/result");
        result["exit_code"].ShouldBeNull();
        result["lines"]!.AsArray().Select(static l => l!["line"]!.ToString()).ShouldBe(["-----> Building\n", "       é\n"]);

        // 4. One, all, cancel.
        schema.Check("build", await api.SendAsync("GET", path));
        (await api.SendAsync("GET", "/apps/example/builds", range: "created_at ..; max=15, order=desc")).AsArray().Count.ShouldBe(1);
        (await api.SendAsync("DELETE", path))["status"]!.ToString().ShouldBe("failed");
        (await api.SendAsync("DELETE", path, 409))["id"]!.ToString().ShouldBe("conflict");
        (await api.SendAsync("GET", $"{path}/result"))["exit_code"]!.GetValue<int>().ShouldBe(1);
        (await api.SendAsync("GET", "/apps/example/builds/x", 404))["resource"]!.ToString().ShouldBe("build");
        await api.SendAsync("DELETE", "/apps/example/build-cache");
        api.Builds.Purged.Count.ShouldBe(1);
    }

    [Fact]
    public async Task List_GoesOnWhereThePageEnded()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        for (var i = 0; i < 3; i++)
        {
            await api.SendAsync("POST", "/apps/example/builds", 201, new { source_blob = new { url = "https://example.com/a.tgz", version = $"v{i}" } });
            api.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var (first, page) = await api.ExchangeAsync("GET", "/apps/example/builds", 206, range: "created_at ..; max=2, order=desc");
        var (_, rest) = await api.ExchangeAsync("GET", "/apps/example/builds", range: first.Headers.GetValues("Next-Range").Single());

        page.AsArray().Concat(rest.AsArray()).Select(static b => b!["source_blob"]!["version"]!.ToString()).ShouldBe(["v2", "v1", "v0"]);
    }

    [Theory]
    [InlineData("https://example.com/repo.git", "Repository https://example.com/repo.git ")]
    [InlineData("https://example.com/repo#main", "Repository https://example.com/repo main")]
    [InlineData("git://example.com/repo", "Repository git://example.com/repo ")]
    [InlineData("https://example.com/a.zip?token=x", "Download https://example.com/a.zip?token=x")]
    public async Task Url_MeansARepositoryOrAnArchive(string url, string expected)
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();

        (await api.SendAsync("POST", "/apps/example/builds", 201, new { source_blob = new { url } }))["source_blob"]!.ToJsonString().ShouldBe($$"""{"url":"{{url}}","checksum":null,"version":"","version_description":null}""");

        var source = api.Builds.Started.Single().Source;
        (source switch { BuildSource.Repository r => $"Repository {r.Url} {r.Ref}", BuildSource.Download d => $"Download {d.Url}", _ => source.ToString() }).ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{}""", "source_blob")]
    [InlineData("""{"source_blob": {"url": ""}}""", "source_blob")]
    [InlineData("""{"source_blob": {"url": "file:///etc/passwd"}}""", "https, http or git")]
    [InlineData("""{"source_blob": {"url": "ext::sh -c id"}}""", "https, http or git")]
    [InlineData("""{"source_blob": {"url": "https://example.com/r.git#--upload-pack=x"}}""", "branch, tag or commit")]
    [InlineData("""{"source_blob": {"url": "https://example.com/a.tgz", "checksum": "md5:1"}}""", "64 hexadecimal digits")]
    [InlineData("""{"source_blob": {"url": "https://example.com/a.tgz", "version": "a\nb"}}""", "one line")]
    [InlineData("""{"source_blob": {"url": "https://example.com/a.tgz"}, "buildpacks": [{"url": "nonsense"}]}""", "not a buildpack")]
    public async Task Build_OfWhatCannotBe_IsRefusedWithTheReason(string body, string reason)
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        (await api.SendAsync("POST", "/apps/example/builds", 422, body))["message"]!.ToString().ShouldContain(reason);
        api.Builds.Started.ShouldBeEmpty();
    }

    [Fact]
    public async Task SignedAddress_IsForOneThingOnly_AndForAnHour()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        using var anyone = new HttpClient();
        var source = (await api.SendAsync("POST", "/apps/example/sources", 201))["source_blob"]!;
        var (get, put) = (source["get_url"]!.ToString(), source["put_url"]!.ToString());
        var other = (await api.SendAsync("POST", "/sources", 201))["source_blob"]!["put_url"]!.ToString();

        // Another method, another path, another time, no signature.
        ((int)(await anyone.GetAsync(put, Ct)).StatusCode).ShouldBe(403);
        ((int)(await PutAsync(anyone, get)).StatusCode).ShouldBe(403);
        ((int)(await PutAsync(anyone, $"{other.Split('?')[0]}?{put.Split('?')[1]}")).StatusCode).ShouldBe(403);
        ((int)(await PutAsync(anyone, put.Replace("expires=1", "expires=2", StringComparison.Ordinal))).StatusCode).ShouldBe(403);
        ((int)(await PutAsync(anyone, put.Split('?')[0])).StatusCode).ShouldBe(403);
        (await PutAsync(anyone, put)).EnsureSuccessStatusCode();

        // A build takes our own address by any of our names, and only while it is valid.
        var forged = get[..^1] + (get[^1] == '0' ? '1' : '0');
        (await api.SendAsync("POST", "/apps/example/builds", 422, new { source_blob = new { url = forged } }))["message"]!.ToString().ShouldContain("not signed");
        await api.SendAsync("POST", "/apps/example/builds", 201, new { source_blob = new { url = get.Replace("127.0.0.1", "renga.example", StringComparison.Ordinal) } });
        api.Builds.Started.Single().Source.ShouldBeOfType<BuildSource.Archive>();
        (await api.SendAsync("POST", "/apps/example/builds", 422, new { source_blob = new { url = other.Replace("put", "get", StringComparison.Ordinal) } }))["message"]!.ToString().ShouldContain("not signed");
        api.Time.Advance(TimeSpan.FromMinutes(59));
        (await anyone.GetAsync(get, Ct)).EnsureSuccessStatusCode();
        api.Time.Advance(TimeSpan.FromMinutes(12));
        (await (await anyone.GetAsync(get, Ct)).Content.ReadAsStringAsync(Ct)).ShouldContain("expired");
    }

    [Fact]
    public async Task Build_OfAnotherApp_IsNotThere()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        await api.CreateAppAsync("other");
        var build = await api.SendAsync("POST", "/apps/example/builds", 201, new { source_blob = new { url = "https://example.com/a.tgz" } });

        await api.SendAsync("GET", $"/apps/other/builds/{build["id"]}", 404);
        await api.SendAsync("GET", $"/apps/other/builds/{build["id"]}/result", 404);
        await api.SendAsync("DELETE", $"/apps/other/builds/{build["id"]}", 404);
        (await api.SendAsync("GET", "/apps/other/builds")).AsArray().ShouldBeEmpty();
        using var stranger = api.ClientOf(api.Stranger.Token);
        await api.SendAsync("GET", $"/apps/example/builds/{build["id"]}", 404, client: stranger);
        using var anyone = new HttpClient();
        ((int)(await anyone.GetAsync($"{api.Address}builds/{build["id"]}/output", Ct)).StatusCode).ShouldBe(403);
    }

    [Fact]
    public async Task Slug_IsPromised_Uploaded_Released_AndReadBack()
    {
        var schema = await PlatformSchema.GetAsync();
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        using var anyone = new HttpClient();

        var slug = await api.SendAsync("POST", "/apps/example/slugs", 201, new { process_types = new { web = "./server -p $PORT", clock = "./clock" }, commit = "60883d9e", buildpack_provided_description = "Ruby" });
        schema.Check("slug", slug);
        slug["blob"]!["method"]!.ToString().ShouldBe("put");
        slug["size"].ShouldBeNull();
        (await api.SendAsync("POST", "/apps/example/releases", 422, new { slug = slug["id"] }))["message"]!.ToString().ShouldContain("no code yet");

        var put = slug["blob"]!["url"]!.ToString();
        (await (await PutAsync(anyone, put, "bad")).Content.ReadAsStringAsync(Ct)).ShouldContain("cannot be read");
        (await PutAsync(anyone, put, "code")).EnsureSuccessStatusCode();
        ((int)(await PutAsync(anyone, put, "other")).StatusCode).ShouldBe(409);

        var known = await api.SendAsync("GET", $"/apps/example/slugs/{slug["id"]}");
        schema.Check("slug", known);
        (known["blob"]!["method"]!.ToString(), known["size"]!.GetValue<long>()).ShouldBe(("get", 4));
        (await anyone.GetStringAsync(known["blob"]!["url"]!.ToString(), Ct)).ShouldBe("code");

        var release = await api.SendAsync("POST", "/apps/example/releases", 201, new { slug = slug["id"] });
        release["description"]!.ToString().ShouldBe("Deploy 60883d9e");
        release["slug"]!["id"]!.ToString().ShouldBe(slug["id"]!.ToString());
        var formation = (JsonArray)await api.SendAsync("GET", "/apps/example/formation");
        formation.Select(static f => $"{f!["type"]} {f["quantity"]}").Order(StringComparer.Ordinal).ShouldBe(["clock 0", "web 1"]);

        // Another app's slug is not there.
        await api.CreateAppAsync("other");
        await api.SendAsync("GET", $"/apps/other/slugs/{slug["id"]}", 404);
        await api.SendAsync("POST", "/apps/other/releases", 404, new { slug = slug["id"] });
    }

    [Theory]
    [InlineData("""{}""", "process_types")]
    [InlineData("""{"process_types": {}}""", "process_types")]
    [InlineData("""{"process_types": {"we b": "x"}}""", "name")]
    [InlineData("""{"process_types": {"web": " "}}""", "command of web")]
    [InlineData("""{"process_types": {"web": null}}""", "command of web")]
    [InlineData("""{"process_types": {"web": "x"}, "checksum": "1"}""", "64 hexadecimal digits")]
    [InlineData("""{"process_types": {"web": "x"}, "stack": "cedar"}""", "not available")]
    public async Task Slug_ThatCannotBe_IsRefusedWithTheReason(string body, string reason)
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        (await api.SendAsync("POST", "/apps/example/slugs", 422, body))["message"]!.ToString().ShouldContain(reason);
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string address, string content = "x")
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(content)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        return await client.PutAsync(address, body, Ct);
    }
}
