using System.Text;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>Builds that nobody waits for: started, followed, read again, cancelled.</summary>
public sealed class LifecycleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ReturnsAPendingBuild_WhoseOutputCanBeFollowedToItsEnd_AndReadAgain()
    {
        await using var compiler = await Compiler.StartAsync();
        var gate = await PipeAsync(compiler, "gate");
        compiler.UseBuildpacks(compiler.Buildpack("slow", $"echo first; read -r line <{gate}; echo \"then $line\""));
        var build = await StartAsync(compiler, compiler.Source(("Procfile", "web: ./serve\n")));
        build.Status.ShouldBe(BuildStatus.Pending);

        // What came before is there for whoever comes late, and what comes is there at once.
        var output = compiler.Outputs.ReadAsync(compiler.AppId, build.Id, follow: true, Ct).GetAsyncEnumerator(Ct);
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("first\n", StringComparison.Ordinal))
            seen.Append(await NextAsync(output));
        compiler.Records.Builds[build.Id].Status.ShouldBe(BuildStatus.Pending);
        await File.WriteAllTextAsync(gate, "second\n", Ct);
        while (await output.MoveNextAsync())
            seen.Append(Encoding.UTF8.GetString(output.Current.Span));

        compiler.Records.Builds[build.Id].Status.ShouldBe(BuildStatus.Succeeded, seen.ToString());
        seen.ToString().ShouldContain("then second\n");
        seen.ToString().ShouldContain("Released v2");
        (await ReadAsync(compiler, build.Id)).ShouldBe(seen.ToString());
        compiler.ShouldHaveNoLeftovers();
    }

    [Fact]
    public async Task Cancel_KillsTheBuildDyno_AndSaysSoEverywhere()
    {
        await using var compiler = await Compiler.StartAsync();
        var gate = await PipeAsync(compiler, "gate");
        compiler.UseBuildpacks(compiler.Buildpack("endless", $"echo running; read -r line <{gate}; echo never"));
        var build = await StartAsync(compiler, compiler.Source(("Procfile", "web: ./serve\n")));
        var output = compiler.Outputs.ReadAsync(compiler.AppId, build.Id, follow: true, Ct).GetAsyncEnumerator(Ct);
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("running\n", StringComparison.Ordinal))
            seen.Append(await NextAsync(output));

        (await compiler.Service.CancelAsync(Guid.CreateVersion7(), build.Id, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
        var cancelled = await compiler.Service.CancelAsync(compiler.AppId, build.Id, Ct);

        cancelled.Value.Status.ShouldBe(BuildStatus.Failed);
        cancelled.Value.FailureReason.ShouldBe("The build was cancelled.");
        (await ReadAsync(compiler, build.Id)).ShouldContain(" !     The build was cancelled.");
        (await compiler.Service.CancelAsync(compiler.AppId, build.Id, Ct)).Refusal!.Kind.ShouldBe(RefusalKind.Conflict);
        (await compiler.Service.CancelAsync(compiler.AppId, Guid.CreateVersion7(), Ct)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
        compiler.ShouldHaveNoLeftovers();

        // The app is free for the next one.
        compiler.UseBuildpacks(compiler.Buildpack("quick", "true"));
        await compiler.MustBuildAsync(compiler.Source(("Procfile", "web: ./serve\n")), Ct);
    }

    [Fact]
    public async Task Start_WhileTheAppBuilds_IsRefused()
    {
        await using var compiler = await Compiler.StartAsync();
        var gate = await PipeAsync(compiler, "gate");
        compiler.UseBuildpacks(compiler.Buildpack("slow", $"read -r line <{gate}"));
        var source = compiler.Source(("Procfile", "web: ./serve\n"));
        var build = await StartAsync(compiler, source);

        var second = await compiler.Service.StartAsync(await RequestAsync(compiler, source), Ct);

        second.Refusal!.Kind.ShouldBe(RefusalKind.Conflict);
        second.Refusal.Message.ShouldContain("already running");
        await compiler.Service.CancelAsync(compiler.AppId, build.Id, Ct);
    }

    [Fact]
    public async Task Push_IsKeptToo_AndGoesWithItsApp()
    {
        await using var compiler = await Compiler.StartAsync();
        var built = await compiler.MustBuildAsync(compiler.Source(("Procfile", "web: ./serve\n")), Ct);

        (await ReadAsync(compiler, built.Result.Value.BuildId)).ShouldBe(built.Output);
        foreach (var resources in compiler.Resources)
            await resources.DestroyedAsync(compiler.AppId, [], Ct);
        (await ReadAsync(compiler, built.Result.Value.BuildId)).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(compiler.Folder["builds"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Outputs_OfTheLastBuildsOnly_AreKept()
    {
        await using var compiler = await Compiler.StartAsync(static o => o with { KeptOutputs = 2 });
        var source = compiler.Source(("Procfile", "web: ./serve\n"));
        var builds = new List<Guid>();
        for (var i = 0; i < 3; i++)
            builds.Add((await compiler.MustBuildAsync(source, Ct)).Result.Value.BuildId);

        (await ReadAsync(compiler, builds[0])).ShouldBeEmpty();
        (await ReadAsync(compiler, builds[1])).ShouldNotBeEmpty();
        (await ReadAsync(compiler, builds[2])).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Request_WithBuildpacks_UsesThemAndNotTheApps()
    {
        await using var compiler = await Compiler.StartAsync();
        compiler.UseBuildpacks(compiler.Buildpack("of-the-app", "echo of the app"));
        var other = compiler.Buildpack("of-the-build", "echo of the build");
        var request = await RequestAsync(compiler, compiler.Source(("Procfile", "web: ./serve\n"))) with { Buildpacks = [other] };

        var build = (await compiler.Service.StartAsync(request, Ct)).Value;
        var output = await ReadAsync(compiler, build.Id, follow: true);

        output.ShouldContain("of the build\n");
        output.ShouldNotContain("of the app");
    }

    private static async Task<Build> StartAsync(Compiler compiler, string folder) => (await compiler.Service.StartAsync(await RequestAsync(compiler, folder), Ct)).Value;

    private static async Task<BuildRequest> RequestAsync(Compiler compiler, string folder)
    {
        var archive = compiler.Folder[$"{Guid.CreateVersion7():N}.tar.gz"];
        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--gzip", "--file", archive, "--directory", folder, "."), Ct);
        return new BuildRequest { AppId = compiler.AppId, AccountId = Guid.CreateVersion7(), AccountEmail = "dev@example.com", Source = new BuildSource.Archive(archive, []), Commit = "193d1419c0ffee193d1419c0ffee193d1419c0ff" };
    }

    /// <summary>Holds a build until the test writes a line into it.</summary>
    private static async Task<string> PipeAsync(Compiler compiler, string name)
    {
        var path = compiler.Folder[name];
        await ProcessRunner.RunCheckedAsync(Command.Of("mkfifo", "-m", "666", path), Ct);
        return path;
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> output)
    {
        (await output.MoveNextAsync()).ShouldBeTrue("the output ended early");
        return Encoding.UTF8.GetString(output.Current.Span);
    }

    private static async Task<string> ReadAsync(Compiler compiler, Guid buildId, bool follow = false)
    {
        var text = new StringBuilder();
        await foreach (var piece in compiler.Outputs.ReadAsync(compiler.AppId, buildId, follow, Ct))
            text.Append(Encoding.UTF8.GetString(piece.Span));
        return text.ToString();
    }
}
