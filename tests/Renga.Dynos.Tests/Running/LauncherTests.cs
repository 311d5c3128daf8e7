using Renga.Dynos.Formation;
using Renga.Dynos.Running;
using Renga.Engines;
using Renga.Model.Dynos;
using Renga.Model.Formation;
using Renga.Model.Stacks;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Dynos.Tests.Running;

/// <summary>The launcher text, run by the real bash.</summary>
public class LauncherTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Launcher_ProfilesThenCommand_InOrder()
    {
        using var home = new TemporaryFolder();
        Directory.CreateDirectory(home[".profile.d"]);
        await File.WriteAllTextAsync(home[".profile.d/b.sh"], "export ORDER=\"$ORDER b\"", Ct);
        await File.WriteAllTextAsync(home[".profile.d/a.sh"], "export ORDER=\"$ORDER a\"; set -- x y", Ct);
        await File.WriteAllTextAsync(home[".profile.d/ignored.txt"], "exit 9", Ct);
        await File.WriteAllTextAsync(home[".profile"], "export ORDER=\"$ORDER profile\"", Ct);
        var result = await RunAsync(home, "echo \"$PWD:$ORDER:$#\"; exit 7");
        result.Output.ShouldBe($"{home.Path}: a b profile:0\n");
        result.Status.ShouldBe(7);
    }

    [Fact]
    public async Task Launcher_HostileCommand_IsOnlyAnArgument()
    {
        using var home = new TemporaryFolder();
        var result = await RunAsync(home, "printf '%s|' 'a b' \"$HOME\" '`id`' '$(id)' ';' \\\"; # done");
        result.Output.ShouldBe($"a b|{home.Path}|`id`|$(id)|;|\"|");
    }

    private static Task<CommandResult> RunAsync(TemporaryFolder home, string command)
    {
        var app = Make.App();
        var dyno = new DynoRecord
        {
            Id = Make.Guid(5),
            Name = "web.1",
            Type = "web",
            Command = command,
            Size = "Basic",
            ReleaseId = app.ReleaseId,
            ReleaseVersion = 1,
            CreatedAt = default,
            Phase = DynoPhase.Launching,
            State = DynoState.Starting,
            StateSince = default,
        };
        DynoSpec spec = DynoSpecFactory.Make(dyno, app, "/x", new StackVersion("host", "", null, null, DateTimeOffset.UnixEpoch), DynoSize.Default, new DynosOptions());
        var run = new Command(spec.Arguments[0], spec.Arguments[1..]) { ClearEnvironment = true, WorkingFolder = "/" };
        return ProcessRunner.RunAsync(run with { Environment = run.Environment.Add("HOME", home.Path).Add("PATH", spec.Environment["PATH"]) }, Ct);
    }
}
