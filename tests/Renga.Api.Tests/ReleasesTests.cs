using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Renga.Api.Tests;

public sealed class ReleasesTests
{
    [Fact]
    public async Task Releases_TellWhatHappened_AndRollBack()
    {
        await using var api = await ApiFixture.StartAsync();
        var id = await api.CreateAppAsync();
        await api.DeployAsync(id, "web");
        await api.SendAsync("PATCH", "/apps/example/config-vars", 200, "{\"A\": \"1\", \"B\": \"2\"}");
        await api.SendAsync("PATCH", "/apps/example/config-vars", 200, "{\"A\": null}");

        var back = await api.SendAsync("POST", "/apps/example/releases", 201, new { release = "v2" });

        (back["version"]!.GetValue<int>(), back["description"]!.ToString(), back["current"]!.GetValue<bool>()).ShouldBe((5, "Rollback to v2", true));
        (await api.SendAsync("GET", "/apps/example/config-vars")).AsObject().ShouldBeEmpty();
        var list = (await api.SendAsync("GET", "/apps/example/releases", range: "version ..; order=desc")).AsArray();
        list.Select(static r => r!["description"]!.ToString()).ShouldBe(["Rollback to v2", "Remove A config vars", "Set A, B config vars", "Deploy 193d1419", "Initial release"]);
        list.Select(static r => r!["eligible_for_rollback"]!.GetValue<bool>()).ShouldBe([true, true, true, true, false]);
        list.Select(static r => r!["current"]!.GetValue<bool>()).ShouldBe([true, false, false, false, false]);
        api.Logs.Lines.TakeLast(2).ShouldBe(["app[api]: Rollback to v2 by user owner@example.com", "app[api]: Release v5 created by user owner@example.com"]);
        (await api.SendAsync("GET", "/apps/example"))["slug_size"]!.GetValue<long>().ShouldBe(1_234_567);
    }

    [Fact]
    public async Task Rollback_ToWhatIsNotThere_IsRefused()
    {
        await using var api = await ApiFixture.StartAsync();
        var slug = await api.DeployAsync(await api.CreateAppAsync(), "web");
        (await api.SendAsync("POST", "/apps/example/releases", 404, new { release = "v99" }))["resource"]!.ToString().ShouldBe("release");
        (await api.SendAsync("POST", "/apps/example/releases", 422, new { release = "v1" }))["message"]!.ToString().ShouldContain("no code");
        await api.SendAsync("POST", "/apps/example/releases", 422);
        await api.SendAsync("POST", "/apps/example/releases", 422, new { release = "v2", slug = slug.Id });
        await api.SendAsync("POST", "/apps/example/releases", 404, new { slug = Guid.Empty });
        (await api.SendAsync("POST", "/apps/example/releases", 201, new { slug = slug.Id, description = "Retry of v2" }))["description"]!.ToString().ShouldBe("Retry of v2");
    }

    [Fact]
    public async Task ConfigVars_WithEverythingInThem_ComeBackUnchanged()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();
        var vars = new Dictionary<string, string> { ["TEXT"] = "line 1\nline 2 \"quoted\" 'single' $HOME \\ ü 😀", ["EMPTY"] = "", ["LARGE"] = new string('x', 60_000) };

        await api.SendAsync("PATCH", "/apps/example/config-vars", 200, vars);

        var read = (await api.SendAsync("GET", "/apps/example/config-vars")).AsObject().ToDictionary(static p => p.Key, static p => p.Value!.ToString());
        read.ShouldBe(vars, ignoreOrder: true);
        var refused = await api.SendAsync("PATCH", "/apps/example/config-vars", 422, new Dictionary<string, string> { ["MORE"] = new('y', 10_000), ["BAD NAME"] = "1" });
        refused["message"]!.ToString().ShouldSatisfyAllConditions(m => m.ShouldContain("64 KB"), m => m.ShouldContain("BAD NAME"));
        api.Logs.Lines.ShouldAllBe(static line => !line.Contains("line 1"));
    }

    [Fact]
    public async Task ConfigVars_ChangedByTwentyAtOnce_MakeTwentyReleasesWithoutGaps()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => api.Client.PatchAsJsonAsync("/apps/example/config-vars", new Dictionary<string, string> { [$"K{n}"] = "1" }, ApiFixture.Ct)));

        answers.ShouldAllBe(static a => (int)a.StatusCode == 200);
        var list = (JsonArray)await api.SendAsync("GET", "/apps/example/releases", range: "version ..");
        list.Select(static r => r!["version"]!.GetValue<int>()).ShouldBe(Enumerable.Range(1, 21));
        (await api.SendAsync("GET", "/apps/example/config-vars")).AsObject().Count.ShouldBe(20);
    }
}
