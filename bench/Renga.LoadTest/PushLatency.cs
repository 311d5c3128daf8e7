using System.Net.Http.Json;

namespace Renga.LoadTest;

/// <summary>
/// A whole platform, used as a developer does: how long from <c>git push</c> of a commit that changes nothing to the new release answering over HTTP,
/// and the same for a config change and a rollback. A client asks all the time meanwhile; what it is refused is counted.
/// </summary>
internal static class PushLatency
{
    private const string App = "bench";

    public static async Task<int> RunAsync(LoadOptions options, CancellationToken ct)
    {
        var count = options.Rounds * 10;

        // 1. A platform with one app.
        await using var platform = await BenchPlatform.StartAsync(ct);
        var http = platform.Http;
        var work = await platform.CreateAppAsync(App, Path.Combine(platform.Root, "examples/hello-node"), ct);
        var version = await PushAsync(1);

        // 2. A client that never stops asking.
        using var visits = new Visitor(BenchPlatform.RouterPort, $"{App}.localhost");
        var (push, serving, config, rollback) = (new Durations(), new Durations(), new Durations(), new Durations());
        for (var i = 0; i < count; i++)
        {
            var begin = TimeProvider.System.GetTimestamp();
            version = await PushAsync(version);
            push.Since(begin);
            await visits.SeesAsync(version, ct);
            serving.Since(begin);

            begin = TimeProvider.System.GetTimestamp();
            (await http.PatchAsJsonAsync(BenchPlatform.Api($"apps/{App}/config-vars"), new { GREETING = $"{i}" }, ct)).EnsureSuccessStatusCode();
            await visits.SeesAsync(++version, ct);
            config.Since(begin);

            begin = TimeProvider.System.GetTimestamp();
            (await http.PostAsJsonAsync(BenchPlatform.Api($"apps/{App}/releases"), new { release = $"v{version - 1}" }, ct)).EnsureSuccessStatusCode();
            await visits.SeesAsync(++version, ct);
            rollback.Since(begin);
        }

        Console.WriteLine("| ms | p50 | p90 | max |\n|---|---|---|---|");
        Console.WriteLine(push.Row("`git push` of a no-op change"));
        Console.WriteLine(serving.Row("... to the new release serving"));
        Console.WriteLine(config.Row("config change to the new release serving"));
        Console.WriteLine(rollback.Row("rollback to the new release serving"));
        Console.WriteLine($"\n{visits.Count} requests during {count * 3} releases, {visits.Failed} failed.");
        return 0;

        async Task<int> PushAsync(int current)
        {
            var pushed = await platform.PushAsync(App, work, ct);
            return pushed.Succeeded ? current + 1 : throw new InvalidOperationException($"The push failed:\n{pushed.Error}");
        }
    }
}
