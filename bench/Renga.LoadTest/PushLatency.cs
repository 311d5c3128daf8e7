using System.Net.Http.Headers;
using System.Net.Http.Json;
using Renga.Processes;

namespace Renga.LoadTest;

/// <summary>
/// A whole platform, used as a developer does: how long from <c>git push</c> of a commit that changes nothing to the new release answering over HTTP,
/// and the same for a config change and a rollback. A client asks all the time meanwhile; what it is refused is counted.
/// </summary>
internal static class PushLatency
{
    private const int ApiPort = 25000;
    private const int RouterPort = 25080;
    private const string App = "bench";

    public static async Task<int> RunAsync(LoadOptions options, CancellationToken ct)
    {
        var root = FindRoot();
        var folder = Directory.CreateTempSubdirectory("renga-bench-").FullName;
        string[] place = ["--data", folder, "--api-port", $"{ApiPort}", "--router-port", $"{RouterPort}"];
        var server = Path.Combine(root, "artifacts/bin/Renga.Server/release/rengad");
        using var platform = ProcessRunner.Start(Command.Of(server, place));
        var output = Task.WhenAll(platform.StandardOutput.ReadToEndAsync(ct), platform.StandardError.ReadToEndAsync(ct));
        try
        {
            await MeasureAsync(root, folder, options.Rounds * 10, ct);
            return 0;
        }
        finally
        {
            ProcessRunner.Kill(platform);
            await platform.WaitForExitAsync(CancellationToken.None);
            await output;
            await ProcessRunner.RunAsync(Command.Of(server, ["--stop-all", .. place]), CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string root, string folder, int count, CancellationToken ct)
    {
        // 1. A platform with one app.
        using var http = new HttpClient();
        await UntilAsync(async () => (await http.GetAsync(new Uri($"http://127.0.0.1:{ApiPort}/ready"), ct)).IsSuccessStatusCode, ct);
        var token = File.ReadLines(Path.Combine(folder, "env.sh")).First(static l => l.StartsWith("export HEROKU_API_KEY=", StringComparison.Ordinal)).Split('\'')[1];
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.heroku+json; version=3");
        (await http.PostAsJsonAsync($"http://127.0.0.1:{ApiPort}/apps", new { name = App }, ct)).EnsureSuccessStatusCode();
        var work = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "-R", Path.Combine(root, "examples/hello-node") + "/.", work), ct);
        await GitAsync(work, ct, "init", "-q", "-b", "main");
        await GitAsync(work, ct, "add", "-A");
        var version = await PushAsync(1);

        // 2. A client that never stops asking.
        using var visits = new Visitor(RouterPort, $"{App}.localhost");
        var (push, serving, config, rollback) = (new Durations(), new Durations(), new Durations(), new Durations());
        for (var i = 0; i < count; i++)
        {
            var begin = TimeProvider.System.GetTimestamp();
            version = await PushAsync(version);
            push.Since(begin);
            await visits.SeesAsync(version, ct);
            serving.Since(begin);

            begin = TimeProvider.System.GetTimestamp();
            (await http.PatchAsJsonAsync($"http://127.0.0.1:{ApiPort}/apps/{App}/config-vars", new { GREETING = $"{i}" }, ct)).EnsureSuccessStatusCode();
            await visits.SeesAsync(++version, ct);
            config.Since(begin);

            begin = TimeProvider.System.GetTimestamp();
            (await http.PostAsJsonAsync($"http://127.0.0.1:{ApiPort}/apps/{App}/releases", new { release = $"v{version - 1}" }, ct)).EnsureSuccessStatusCode();
            await visits.SeesAsync(++version, ct);
            rollback.Since(begin);
        }

        Console.WriteLine("| ms | p50 | p90 | max |\n|---|---|---|---|");
        Console.WriteLine(push.Row("`git push` of a no-op change"));
        Console.WriteLine(serving.Row("... to the new release serving"));
        Console.WriteLine(config.Row("config change to the new release serving"));
        Console.WriteLine(rollback.Row("rollback to the new release serving"));
        Console.WriteLine($"\n{visits.Count} requests during {count * 3} releases, {visits.Failed} failed.");

        async Task<int> PushAsync(int current)
        {
            await GitAsync(work, ct, "-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "-q", "--allow-empty", "-m", "verse");
            await GitAsync(work, ct, "push", "-q", $"http://renga:{token}@127.0.0.1:{ApiPort}/{App}.git", "main");
            return current + 1;
        }
    }

    private static Task<CommandResult> GitAsync(string folder, CancellationToken ct, params string[] arguments) =>
        ProcessRunner.RunCheckedAsync(Command.Of("git", arguments) with { WorkingFolder = folder }, ct);

    private static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Renga.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Run it from a clone of the repository.");
    }
}
