using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Renga.EndToEnd.Tests.Harness;
using Renga.Testing;

namespace Renga.EndToEnd.Tests;

/// <summary>Applications that nobody here wrote, from the package registry, lived in for a while: pushed, used, scaled, reconfigured, rolled back.</summary>
public sealed class RealAppTests(SharedPlatform shared) : Scenario(shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task NodeRed_AFlowEditorWithAWebSocket()
    {
        var (app, git) = await PushAsync("node-red");

        // Its flow answers, its editor is there, and the editor's own connection is a WebSocket through the router.
        await Platform.Browser.ShowsAsync(app, "/haiku", "\"season\":\"none\"", Ct, Patience);
        (await Platform.Browser.ReadAsync(app, "/", Ct)).ShouldContain("<title>Flows</title>");
        using (var socket = await Platform.Browser.OpenSocketAsync(app, "/comms", Ct))
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes("""{"subscribe":"notification/#"}"""), WebSocketMessageType.Text, endOfMessage: true, Ct);
            (await Browser.ReceiveAsync(socket, Ct)).ShouldContain("notification/runtime-state");
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
        }

        // A flow deployed over its own API works at once.
        using var request = new HttpRequestMessage(HttpMethod.Post, Platform.Browser.Url(app, "/flow")) { Content = JsonContent.Create(Flow("/frog", "plop")) };
        using (var response = await Platform.Browser.SendAsync(request, Ct))
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Ct));
        await Platform.Browser.ShowsAsync(app, "/frog", "plop", Ct);

        await ScaleReconfigureRollBackAsync(app, git, new { SEASON = "spring", TITLE = "Renga" }, "/haiku", "\"season\":\"none\"", "\"season\":\"spring\"");
    }

    [Fact]
    public async Task TiddlyWiki_AWiki()
    {
        var (app, git) = await PushAsync("tiddlywiki");
        await Platform.Browser.ShowsAsync(app, "/status", "\"username\":\"nobody\"", Ct, Patience);
        (await Platform.Browser.ReadAsync(app, "/", Ct)).Length.ShouldBeGreaterThan(1_000_000);

        using var request = new HttpRequestMessage(HttpMethod.Put, Platform.Browser.Url(app, "/recipes/default/tiddlers/Frog"))
        {
            Content = JsonContent.Create(new { title = "Frog", text = "plop 🐸" }),
            Headers = { { "X-Requested-With", "TiddlyWiki" } },
        };
        using (var response = await Platform.Browser.SendAsync(request, Ct))
            ((int)response.StatusCode).ShouldBe(204);
        JsonSerializer.Deserialize<JsonElement>(await Platform.Browser.ReadAsync(app, "/recipes/default/tiddlers/Frog", Ct)).GetProperty("text").GetString().ShouldBe("plop 🐸");

        await ScaleReconfigureRollBackAsync(app, git, new { WIKI_USER = "basho" }, "/status", "\"username\":\"nobody\"", "\"username\":\"basho\"");
    }

    private async Task<(string App, GitClient Git)> PushAsync(string source)
    {
        var app = await NewAppAsync(source);
        var folder = Path.Combine(Repository.CliFolder, "Apps", source);
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(static f => !f.Contains("/node_modules/", StringComparison.Ordinal)).ToDictionary(f => Path.GetRelativePath(folder, f), File.ReadAllText);
        var git = await NewRepositoryAsync(app, files);
        await git.PushedAsync(app, Ct);
        return (app, git);
    }

    private async Task ScaleReconfigureRollBackAsync(string app, GitClient git, object config, string path, string before, string after)
    {
        await Heroku.OutputAsync(Ct, "ps:scale", "web=3", "--app", app);
        await Platform.Api.HasDynosAsync(app, Ct, "web.1 up", "web.2 up", "web.3 up");
        for (var visit = 0; visit < 10; visit++)
            (await Platform.Browser.ReadAsync(app, path, Ct)).ShouldContain(before);

        await Platform.Api.SetConfigAsync(app, config, Ct);
        await AllShowAsync(app, path, after);

        await Heroku.OutputAsync(Ct, "releases:rollback", "v2", "--app", app);
        await AllShowAsync(app, path, before);

        // A change of nothing but a note is a build from the cache.
        await git.CommitAsync(new Dictionary<string, string> { ["NOTES.md"] = "autumn" }, Ct);
        await git.PushedAsync(app, Ct);
        await AllShowAsync(app, path, before);
    }

    // All dynos: ten visits in a row that show it.
    private Task AllShowAsync(string app, string path, string expected) =>
        Eventually.HoldsAsync(
            $"every dyno of {app} to show {expected}",
            async ct =>
            {
                for (var visit = 0; visit < 10; visit++)
                {
                    var body = await Platform.Browser.ReadAsync(app, path, ct);
                    if (!body.Contains(expected, StringComparison.Ordinal))
                        throw new InvalidOperationException(body[..Math.Min(body.Length, 300)]);
                }

                return true;
            },
            Ct,
            Patience);

    private static object Flow(string url, string answer) => new
    {
        id = "frogs",
        label = "Frogs",
        nodes = new object[]
        {
            new { id = "f-in", type = "http in", z = "frogs", url, method = "get", wires = new[] { new[] { "f-say" } } },
            new { id = "f-say", type = "function", z = "frogs", func = $"msg.payload = '{answer}'; return msg;", outputs = 1, wires = new[] { new[] { "f-out" } } },
            new { id = "f-out", type = "http response", z = "frogs", wires = Array.Empty<string[]>() },
        },
    };
}
