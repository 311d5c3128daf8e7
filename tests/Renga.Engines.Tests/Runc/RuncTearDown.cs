using Renga.Conformance;
using Renga.Processes;

namespace Renga.Engines.Tests.Runc;

/// <summary>A platform leaves nothing on the machine, whatever it was doing.</summary>
public sealed class RuncTearDown
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TearDown_RunningCreatedAndEndedDynos_NothingIsLeft()
    {
        await using var harness = await RuncEngineHarness.MakeAsync(Ct);
        var image = await harness.MakeSlugAsync(new Dictionary<string, string> { ["file"] = "x" }, Ct);
        var running = Dynos.Shell("sleep 600 & sleep 600") with { SlugImage = image, ListensOnPort = true };
        var ended = Dynos.Shell("true") with { Mounts = [new DynoMount(Path.Combine(harness.Folder, "cache.img"), "/cache", ReadOnly: false, DiskImage: 8 * 1024 * 1024)] };
        await harness.Engine.CreateAsync(running, Ct);
        await harness.Engine.StartAsync(running.Id, Ct);
        await harness.Engine.CreateAsync(Dynos.Shell("true") with { SlugImage = image }, Ct);
        await harness.Engine.CreateAsync(ended, Ct);
        await harness.Engine.StartAsync(ended.Id, Ct);
        await harness.Engine.WaitAsync(ended.Id, Ct);
        (await TracesAsync(harness)).ShouldNotBeEmpty();

        await harness.Runc.TearDownAsync(Ct);
        (await TracesAsync(harness)).ShouldBeEmpty();
        Directory.EnumerateDirectories(Path.Combine(harness.Folder, "dynos")).Select(Path.GetFileName).ShouldBe(["bin"]);
        File.Exists(Path.Combine(harness.Folder, "cache.img")).ShouldBeTrue();
    }

    [Fact]
    public async Task Recover_LeftoversOfAKilledPlatform_AreRemoved()
    {
        await using var harness = await RuncEngineHarness.MakeAsync(Ct);
        var spec = Dynos.Shell("sleep 600");
        await harness.Engine.CreateAsync(spec, Ct);
        await harness.Engine.StartAsync(spec.Id, Ct);

        // As if we had been killed a moment before creation was complete.
        File.Delete(Path.Combine(harness.Folder, "dynos", spec.Id.ToString("N"), "state.json"));
        (await harness.RestartAsync(Ct)).ShouldBeEmpty();
        (await TracesAsync(harness)).Where(t => t.Contains(spec.Id.ToString("N"), StringComparison.Ordinal)).ShouldBeEmpty();
        Directory.Exists(Path.Combine(harness.Folder, "dynos", spec.Id.ToString("N"))).ShouldBeFalse();
    }

    [Fact]
    public async Task Create_Fails_NothingIsLeft()
    {
        await using var harness = await RuncEngineHarness.MakeAsync(Ct);
        var spec = Dynos.Shell("true") with { SlugImage = Path.Combine(harness.Folder, "no-such-image") };
        await Should.ThrowAsync<FileNotFoundException>(harness.Engine.CreateAsync(spec, Ct));
        (await TracesAsync(harness)).Where(t => t.Contains(spec.Id.ToString("N"), StringComparison.Ordinal)).ShouldBeEmpty();
        (await harness.RestartAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_SupervisorWasKilled_DynoCountsAsKilled()
    {
        await using var harness = await RuncEngineHarness.MakeAsync(Ct);
        var spec = Dynos.Shell("echo ready; sleep 600");
        await harness.Engine.CreateAsync(spec, Ct);
        await harness.Engine.StartAsync(spec.Id, Ct);
        await harness.Engine.ReadUntilAsync(spec.Id, 0, "ready", Ct);
        var supervisor = await File.ReadAllTextAsync(Path.Combine(harness.Folder, "dynos", spec.Id.ToString("N"), "supervisor.pid"), Ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("kill", "-9", supervisor.Trim()), Ct);
        (await harness.RestartAsync(Ct)).ShouldHaveSingleItem().Exit.ShouldNotBeNull().Status.ShouldBe(137);
    }

    /// <summary>Every place of the machine where a platform could leave something, as lines that name it.</summary>
    private static async Task<IReadOnlyList<string>> TracesAsync(RuncEngineHarness harness)
    {
        var id = harness.PlatformId;
        var traces = new List<string>();
        traces.AddRange((await File.ReadAllLinesAsync("/proc/self/mountinfo", Ct)).Where(l => l.Contains(id, StringComparison.Ordinal) || l.Contains(harness.Folder, StringComparison.Ordinal)));
        foreach (var command in new[] { Command.Of("ip", "netns", "list"), Command.Of("ip", "link", "show"), Command.Of("nft", "list", "tables"), Command.Of("losetup", "--list", "--output", "BACK-FILE"), Command.Of("ps", "-eo", "args") })
        {
            var output = (await ProcessRunner.RunCheckedAsync(command, Ct)).Output;
            traces.AddRange(output.Split('\n').Where(l => l.Contains(id, StringComparison.Ordinal) || l.Contains(harness.Folder, StringComparison.Ordinal)));
        }

        traces.AddRange(Directory.EnumerateDirectories("/sys/fs/cgroup", "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 }).Where(d => d.Contains("renga/" + id, StringComparison.Ordinal)));
        traces.AddRange(Directory.EnumerateFiles("/run/renga/slots").Where(f => File.ReadAllText(f).Contains(id, StringComparison.Ordinal)));
        traces.AddRange(Directory.EnumerateDirectories("/run/renga").Where(d => d.EndsWith(id, StringComparison.Ordinal)));
        return traces;
    }
}
