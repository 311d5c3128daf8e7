using System.Text.Json.Nodes;

namespace Renga.Api.Tests;

public sealed class SchemaTests
{
    [Fact]
    public async Task EveryAnswer_Validates()
    {
        var schema = await PlatformSchema.GetAsync();
        await using var api = await ApiFixture.StartAsync();

        schema.Check("app", await api.SendAsync("POST", "/apps", 201, new { name = "example" }));
        var id = Guid.Parse((string)(await api.SendAsync("GET", "/apps/example"))["id"]!);
        await api.DeployAsync(id, "web", "worker");
        api.Dynos.Run(id, "web.1");
        await api.SendAsync("PUT", "/apps/example/buildpack-installations", 200, new { updates = new[] { new { buildpack = "heroku/nodejs" } } });

        (string Resource, string Method, string Path, object? Body, int Status)[] walk =
        [
            ("account", "GET", "/account", null, 200),
            ("account", "GET", "/users/~", null, 200),
            ("key", "POST", "/account/keys", new { public_key = "ssh-ed25519 QUJD dev@example.com" }, 201),
            ("key", "GET", "/account/keys", null, 200),
            ("key", "DELETE", "/account/keys/90:2f:bd:d2:b1:df:0c:4f:70:b4:a5:d2:35:25:e9:32", null, 200),
            ("rate-limit", "GET", "/account/rate-limits", null, 200),
            ("app", "GET", "/apps", null, 200),
            ("app", "GET", "/users/~/apps", null, 200),
            ("app", "GET", "/apps/example", null, 200),
            ("app", "PATCH", "/apps/example", new { maintenance = true }, 200),
            ("config-var", "PATCH", "/apps/example/config-vars", new { A = "1" }, 200),
            ("config-var", "GET", "/apps/example/config-vars", null, 200),
            ("config-var", "GET", "/apps/example/releases/3/config-vars", null, 200),
            ("release", "GET", "/apps/example/releases", null, 200),
            ("release", "GET", "/apps/example/releases/1", null, 200),
            ("release", "POST", "/apps/example/releases", new { release = "v2" }, 201),
            ("formation", "GET", "/apps/example/formation", null, 200),
            ("formation", "GET", "/apps/example/formation/web", null, 200),
            ("formation", "PATCH", "/apps/example/formation", new { updates = new[] { new { type = "web", quantity = "2" } } }, 200),
            ("formation", "PATCH", "/apps/example/formation/web", new { quantity = 1, dyno_size = new { name = "standard-2x" } }, 200),
            ("dyno-size", "GET", "/dyno-sizes", null, 200),
            ("dyno-size", "GET", "/dyno-sizes/basic", null, 200),
            ("dyno-size", "GET", "/apps/example/available-dyno-sizes", null, 200),
            ("dyno", "GET", "/apps/example/dynos", null, 200),
            ("dyno", "GET", "/apps/example/dynos/web.1", null, 200),
            ("dyno", "POST", "/apps/example/dynos", new { command = "ls", attach = true }, 201),
            ("buildpack-installation", "GET", "/apps/example/buildpack-installations", null, 200),
            ("domain", "GET", "/apps/example/domains", null, 200),
            ("domain", "GET", "/apps/example/domains/example.localhost", null, 200),
            ("collaborator", "GET", "/apps/example/collaborators", null, 200),
            ("collaborator", "GET", "/apps/example/collaborators/owner@example.com", null, 200),
            ("log-session", "POST", "/apps/example/log-sessions", new { lines = 10 }, 201),
            ("oauth-authorization", "POST", "/oauth/authorizations", new { description = "test", expires_in = 60 }, 201),
            ("oauth-authorization", "GET", "/oauth/authorizations", null, 200),
            ("oauth-authorization", "GET", "/oauth/authorizations/~", null, 200),
            ("region", "GET", "/regions", null, 200),
            ("region", "GET", "/regions/local", null, 200),
            ("stack", "GET", "/stacks", null, 200),
            ("stack", "GET", "/stacks/host", null, 200),
            ("stack", "GET", "/apps/example/available-stacks", null, 200),
            ("app", "DELETE", "/apps/example", null, 200),
        ];
        foreach (var (resource, method, path, body, status) in walk)
        {
            var answer = await api.SendAsync(method, path, status, body);
            if (answer is JsonArray list)
                list.Count.ShouldBeGreaterThan(0, path);
            schema.Check(resource, answer);
        }
    }
}
