using Renga.EndToEnd.Tests.Harness;

namespace Renga.EndToEnd.Tests;

public sealed class RunTests(SharedPlatform shared) : Scenario(shared)
{
    [Fact]
    public async Task Run_ShowsOutputAndHasTheAppsFilesAndConfig()
    {
        var (app, _) = await NewVerseAsync("runner");
        await Platform.Api.SetConfigAsync(app, new { SETTING = "from config" }, Ct);

        var output = await Heroku.OutputAsync(Ct, "run", "--app", app, "--no-tty", "--", "sh", "-c", "echo \"[$SETTING]\"; ls; echo $DYNO");

        output.ShouldContain("[from config]");
        output.ShouldContain("Procfile");
        output.ShouldMatch(@"run\.\d+");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Run_WithExitCode_EndsAsTheCommandDid(int status)
    {
        var (app, _) = await NewVerseAsync("coded");

        var result = await Heroku.RunAsync(Ct, "run", "-x", "--app", app, "--no-tty", "--", "sh", "-c", $"exit {status}");

        result.Status.ShouldBe(status, result.Output + result.Error);
    }

    [Fact]
    public async Task Run_WithInput_GivesItToTheCommand()
    {
        var (app, _) = await NewVerseAsync("fed");

        var result = await Heroku.RunWithInputAsync("one\ntwo\nthree\n", Ct, "run", "--app", app, "--no-tty", "--", "wc", "-l");

        result.Status.ShouldBe(0, result.Error);
        result.Output.ShouldContain("3");
    }

    [Fact]
    public async Task RunDetached_WritesToTheLog()
    {
        var (app, _) = await NewVerseAsync("detached");

        var said = await Heroku.RunAsync(Ct, "run:detached", "--app", app, "--", "echo", "from", "afar");

        said.Status.ShouldBe(0, said.Error);
        await Platform.Api.SaysAsync(app, null, Ct, "]: from afar", "State changed from up to complete");
    }

    [Fact]
    public async Task Run_OfAnAppWithoutCode_IsRefused()
    {
        var app = await NewAppAsync("codeless");

        (await Heroku.FailureAsync(Ct, "run", "--app", app, "--no-tty", "--", "ls")).ShouldNotBeEmpty();
    }
}
