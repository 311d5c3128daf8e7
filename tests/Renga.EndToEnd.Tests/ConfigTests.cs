using System.Text.Json;
using Renga.EndToEnd.Tests.Harness;

namespace Renga.EndToEnd.Tests;

public sealed class ConfigTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Config_SetGetUnset_MakesReleases()
    {
        var app = await NewAppAsync("set");

        await Heroku.OutputAsync(Ct, "config:set", "A=1", "B=two words", "--app", app);
        (await Heroku.OutputAsync(Ct, "config:get", "B", "--app", app)).Trim().ShouldBe("two words");
        var all = await Heroku.OutputAsync(Ct, "config", "--app", app);
        all.ShouldContain("A:");
        all.ShouldContain("two words");
        await Heroku.OutputAsync(Ct, "config:unset", "A", "--app", app);
        (await Heroku.OutputAsync(Ct, "config:get", "A", "--app", app)).Trim().ShouldBeEmpty();

        (await Platform.Api.ReleasesAsync(app, Ct)).ShouldBe(["v1 Initial release", "v2 Set A, B config vars", "v3 Remove A config vars"]);
    }

    [Fact]
    public async Task Config_OfARunningApp_IsThereAfterTheRestartThatItMakes()
    {
        var (app, _) = await NewVerseAsync("tuned");

        await Heroku.OutputAsync(Ct, "config:set", "SETTING=loud", "--app", app);

        await Platform.Browser.ShowsAsync(app, "/", "setting loud", Ct);
    }

    [Fact]
    public async Task Config_WithOddValues_ReachesTheAppToTheByte()
    {
        var (app, _) = await NewVerseAsync("odd");
        var odd = new Dictionary<string, string>
        {
            ["NEWLINES"] = "one\ntwo\r\nthree\n",
            ["QUOTES"] = "\"double\" 'single' `back`",
            ["DOLLARS"] = "$HOME $(id) ${PATH} \\$x",
            ["UNICODE"] = "古池や 🐸",
            ["EQUALS"] = "=a=b=",
            ["SPACES"] = "  in front and behind  ",
            ["EMPTY"] = "",
            ["BIG"] = new('x', 60_000),
        };

        await Heroku.OutputAsync(Ct, ["config:set", .. odd.Where(static v => v.Key != "BIG").Select(static v => $"{v.Key}={v.Value}"), "--app", app]);
        await Platform.Api.SetConfigAsync(app, new Dictionary<string, string> { ["BIG"] = odd["BIG"], ["SETTING"] = "odd" }, Ct);
        await Platform.Browser.ShowsAsync(app, "/", "setting odd", Ct);

        foreach (var (name, value) in odd)
            JsonSerializer.Deserialize<string>(await Platform.Browser.ReadAsync(app, $"/env?v={name}", Ct)).ShouldBe(value, name);
        (await Heroku.OutputAsync(Ct, "config:get", "DOLLARS", "--app", app)).TrimEnd('\n').ShouldBe(odd["DOLLARS"]);
    }

    [Fact]
    public async Task Config_PastItsSize_IsRefusedAndNothingChanges()
    {
        var app = await NewAppAsync("full");
        await Platform.Api.SetConfigAsync(app, new { KEPT = "1" }, Ct);

        var said = (await Should.ThrowAsync<ApiRefusedException>(() => Platform.Api.SetConfigAsync(app, new { KEPT = "2", BIG = new string('x', 65_536) }, Ct))).Message;

        said.ShouldContain("422");
        said.ShouldContain("64 KB");
        (await Heroku.OutputAsync(Ct, "config:get", "KEPT", "--app", app)).Trim().ShouldBe("1");
    }

    [Fact]
    public async Task Config_WithABadName_IsRefused()
    {
        var app = await NewAppAsync("named");

        (await Should.ThrowAsync<ApiRefusedException>(() => Platform.Api.SetConfigAsync(app, new Dictionary<string, string> { ["A B"] = "1" }, Ct))).Message.ShouldContain("A B");
        (await Platform.Api.ReleasesAsync(app, Ct)).ShouldBe(["v1 Initial release"]);
    }
}
