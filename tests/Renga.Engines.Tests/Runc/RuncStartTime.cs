using System.Globalization;
using Renga.Conformance;

namespace Renga.Engines.Tests.Runc;

/// <summary>Measures, and asserts nothing about time. Runs only when asked for: <c>RENGA_BENCH=1</c>.</summary>
public sealed class RuncStartTime(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAndStart_Fifty_PrintsPercentiles()
    {
        if (Environment.GetEnvironmentVariable("RENGA_BENCH") is null)
            return;
        await using var harness = await RuncEngineHarness.MakeAsync(Ct);
        var image = await harness.MakeSlugAsync(new Dictionary<string, string> { ["file"] = "x" }, Ct);
        for (var round = 0; round < 3; round++)
        {
            List<double> create = [], start = [], both = [], destroy = [];
            for (var i = 0; i < 50; i++)
            {
                var spec = Dynos.Shell("echo hello") with { SlugImage = image, ListensOnPort = true };
                var t0 = TimeProvider.System.GetTimestamp();
                await harness.Engine.CreateAsync(spec, Ct);
                var t1 = TimeProvider.System.GetTimestamp();
                await harness.Engine.StartAsync(spec.Id, Ct);
                var t2 = TimeProvider.System.GetTimestamp();
                await harness.Engine.WaitAsync(spec.Id, Ct);
                var t3 = TimeProvider.System.GetTimestamp();
                await harness.Engine.DestroyAsync(spec.Id, Ct);
                create.Add(TimeProvider.System.GetElapsedTime(t0, t1).TotalMilliseconds);
                start.Add(TimeProvider.System.GetElapsedTime(t1, t2).TotalMilliseconds);
                both.Add(TimeProvider.System.GetElapsedTime(t0, t2).TotalMilliseconds);
                destroy.Add(TimeProvider.System.GetElapsedTime(t3).TotalMilliseconds);
            }

            output.WriteLine($"create {Percentiles(create)}  start {Percentiles(start)}  both {Percentiles(both)}  destroy {Percentiles(destroy)}");
        }
    }

    private static string Percentiles(List<double> values)
    {
        values.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"p50 {values[values.Count / 2]:0.0} p90 {values[values.Count * 9 / 10]:0.0} ms");
    }
}
