using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Renga.Conformance;
using Renga.Engines.Runc;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Engines.Tests.Runc;

/// <summary>The process that made a dyno is killed without warning; another one takes over.</summary>
public sealed class RuncSurvival
{
    private const string ChildFolder = "RENGA_TESTS_CHILD_FOLDER";
    private const int Lines = 400;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recover_MakerKilledWithSigkill_OutputGoesOnWithoutLossOrRepeat()
    {
        await using (await RuncEngineHarness.MakeAsync(Ct))
        {
            // Skips, or says why, where isolated dynos cannot run.
        }

        using var folder = new TemporaryFolder();
        var child = ProcessRunner.Start(Command.Of(Environment.ProcessPath!, "--filter-method", "*" + nameof(Child_StartsADyno_UntilItIsKilled)) with
        {
            Environment = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty.Add(ChildFolder, folder.Path),
        });
        await Eventually.HoldsAsync("the child has read some lines", _ => Task.FromResult(File.Exists(folder["read"])), Ct);
        child.Kill();
        await child.WaitForExitAsync(Ct);
        var before = await File.ReadAllTextAsync(folder["read"], Ct);

        await using var engine = Make(folder.Path);
        var dyno = (await engine.RecoverAsync(Ct)).ShouldHaveSingleItem();
        dyno.Started.ShouldBeTrue();
        var all = new StringBuilder(before);
        await foreach (var piece in engine.ReadOutputAsync(dyno.Spec.Id, dyno.OutputPosition, Ct))
            all.Append(Encoding.UTF8.GetString(piece.Bytes.Span)).Append('\n');
        all.ToString().ShouldBe(string.Concat(Enumerable.Range(1, Lines).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{i}\n"))));
        (await engine.WaitAsync(dyno.Spec.Id, Ct)).Status.ShouldBe(0);
        await engine.TearDownAsync(Ct);
    }

    /// <summary>Not a test by itself: the body of the process that is killed.</summary>
    [Fact]
    public async Task Child_StartsADyno_UntilItIsKilled()
    {
        if (Environment.GetEnvironmentVariable(ChildFolder) is not { } folder)
            return;
        var engine = Make(folder);
        await engine.RecoverAsync(Ct);
        var spec = Dynos.Shell($"i=0; while [ $i -lt {Lines} ]; do i=$((i+1)); echo $i; sleep 0.005; done");
        await engine.CreateAsync(spec, Ct);
        await engine.StartAsync(spec.Id, Ct);
        var (output, position) = await engine.ReadUntilAsync(spec.Id, 0, "30\n", Ct);
        engine.Acknowledge(spec.Id, position);
        await File.WriteAllTextAsync(folder + "/read.new", output, Ct);
        File.Move(folder + "/read.new", folder + "/read");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Ct);
    }

    private static RuncEngine Make(string folder) =>
        new(new EnginesOptions { Folder = folder + "/dynos", PlatformId = PlatformId.Of(folder) }, TimeProvider.System, NullLogger<RuncEngine>.Instance);
}
