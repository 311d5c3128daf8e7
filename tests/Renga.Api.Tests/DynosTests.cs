using Renga.Model.Dynos;

namespace Renga.Api.Tests;

public sealed class DynosTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task Formation_Scaled_InEveryFormClientsSend()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.DeployAsync(await api.CreateAppAsync(), "web", "worker");

        await api.SendAsync("PATCH", "/apps/example/formation", 200, "{\"updates\":[{\"type\":\"web\",\"quantity\":\"3\"},{\"type\":\"worker\",\"quantity\":\"+1\",\"size\":\"standard-2x\"}]}");
        await api.SendAsync("PATCH", "/apps/example/formation/web", 200, "{\"quantity\": 2}");
        await api.SendAsync("PATCH", "/apps/example/formation", 200, "{\"updates\":[{\"type\":\"worker\",\"quantity\":\"-5\"}]}");

        (await api.SendAsync("GET", "/apps/example/formation")).AsArray().Select(static f => $"{f!["type"]}={f["quantity"]}:{f["size"]}").ShouldBe(["web=2:Basic", "worker=0:Standard-2X"]);
        api.Logs.Lines.TakeLast(3).ShouldBe(
        [
            "app[api]: Scaled to web@3:Basic worker@1:Standard-2X by user owner@example.com",
            "app[api]: Scaled to web@2:Basic by user owner@example.com",
            "app[api]: Scaled to worker@0:Standard-2X by user owner@example.com",
        ]);
    }

    [Theory]
    [InlineData("{\"updates\":[{\"type\":\"clock\",\"quantity\":1}]}", 404, "process type (clock)")]
    [InlineData("{\"updates\":[{\"type\":\"web\",\"quantity\":\"many\"}]}", 422, "Quantity")]
    [InlineData("{\"updates\":[{\"type\":\"web\",\"quantity\":101}]}", 422, "Quantity")]
    [InlineData("{\"updates\":[{\"type\":\"web\",\"quantity\":1.5}]}", 422, "Quantity")]
    [InlineData("{\"updates\":[{\"type\":\"web\",\"size\":\"enormous\"}]}", 422, "No such size as enormous")]
    [InlineData("{\"updates\":[{\"quantity\":1}]}", 422, "type")]
    [InlineData("{\"updates\":[]}", 422, "updates")]
    [InlineData("{}", 422, "updates")]
    [InlineData("{\"updates\":[{\"type\":\"web\",\"quantity\":2},{\"type\":\"clock\",\"quantity\":1}]}", 404, "clock")]
    public async Task Formation_ScaledWrongly_ChangesNothing(string body, int status, string message)
    {
        var api = shared.Api;
        (await api.SendAsync("PATCH", "/apps/example/formation", status, body))["message"]!.ToString().ShouldContain(message);
        (await api.SendAsync("GET", "/apps/example/formation/web"))["quantity"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Dynos_AreListedRestartedAndStopped()
    {
        await using var api = await ApiFixture.StartAsync();
        var id = await api.CreateAppAsync();
        var dyno = api.Dynos.Run(id, "web.1");
        api.Dynos.Run(id, "web.2", DynoState.Stopping);

        (await api.SendAsync("GET", "/apps/example/dynos")).AsArray().Select(static d => d!["state"]!.ToString()).Order().ShouldBe(["down", "up"]);
        (await api.SendAsync("GET", $"/apps/example/dynos/{dyno.Id}"))["name"]!.ToString().ShouldBe("web.1");
        await api.SendAsync("DELETE", "/apps/example/dynos", 202);
        await api.SendAsync("DELETE", "/apps/example/dynos/web.1", 202);
        await api.SendAsync("DELETE", "/apps/example/formations/web", 202);
        await api.SendAsync("POST", "/apps/example/dynos/web.1/actions/stop", 202);
        await api.SendAsync("POST", "/apps/example/formations/web/actions/stop", 202);
        api.Dynos.Asked.ShouldBe(["restart ", "restart web.1", "restart web", "stop web.1", "stop web"]);
        await api.SendAsync("DELETE", "/apps/example/dynos/web", 202);
        api.Dynos.Asked.Last().ShouldBe("restart web");
        await api.SendAsync("POST", "/apps/example/dynos/clock/actions/stop", 404);
        (await api.SendAsync("DELETE", "/apps/example/dynos/web.9", 404))["resource"]!.ToString().ShouldBe("dyno");
    }

    [Fact]
    public async Task Run_AsTheOfficialClientSendsIt_Starts()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();

        var dyno = await api.SendAsync(
            "POST", "/apps/example/dynos", 201, "{\"attach\":true,\"command\":\"bash\",\"env\":{\"TERM\":\"xterm\",\"COLUMNS\":80,\"LINES\":24},\"force_no_tty\":null,\"size\":\"standard-1x\",\"time_to_live\":60}");

        dyno["attach_url"]!.ToString().ShouldBe("rendezvous://localhost:5002/secret");
        var run = api.Dynos.Runs.Single();
        run.Environment.ShouldBe(new Dictionary<string, string> { ["TERM"] = "xterm", ["COLUMNS"] = "80", ["LINES"] = "24" }, ignoreOrder: true);
        (run.Attach, run.ForceNoTty, run.Size, run.TimeToLive, run.AccountEmail).ShouldBe((true, false, "Standard-1X", TimeSpan.FromSeconds(60), "owner@example.com"));
    }

    [Theory]
    [InlineData("{}", "Command can't be blank")]
    [InlineData("{\"command\":\"x\",\"size\":\"huge\"}", "No such size")]
    [InlineData("{\"command\":\"x\",\"env\":{\"A=B\":\"1\"}}", "A=B")]
    [InlineData("{\"command\":\"x\",\"env\":{\"A\":[1]}}", "string or number")]
    [InlineData("{\"command\":\"x\",\"type\":\"a b\"}", "process type")]
    [InlineData("{\"command\":\"x\",\"time_to_live\":0}", "Time to live")]
    public async Task Run_OfNonsense_IsRefused(string body, string message)
    {
        var api = shared.Api;
        (await api.SendAsync("POST", "/apps/example/dynos", 422, body))["message"]!.ToString().ShouldContain(message);
        api.Dynos.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task LogSession_IsOpenedOnTheAddressOfTheRequest()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.CreateAppAsync();

        var session = await api.SendAsync("POST", "/apps/example/log-sessions", 201, new { lines = 5000, tail = true, source = "app", dyno = "web.1" });

        session["logplex_url"]!.ToString().ShouldBe($"{api.Address.GetLeftPart(UriPartial.Authority)}/logs/secret-1");
        var query = api.LogSessions.Opened.Single();
        (query.Lines, query.Tail, query.Source, query.Process).ShouldBe((1500, true, "app", "web.1"));
        await api.SendAsync("POST", "/apps/example/log-sessions", 422, new { lines = "-1" });
    }
}
