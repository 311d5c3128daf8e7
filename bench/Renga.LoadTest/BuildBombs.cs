using System.Globalization;
using System.Text.RegularExpressions;
using Renga.Processes;

namespace Renga.LoadTest;

/// <summary>
/// An app under wrk's load, alone and then while builds fork, eat memory, fill disks, write without end and never end: how many requests failed, and how long
/// they took. Every bomb is a real push; its last words are printed.
/// </summary>
internal static partial class BuildBombs
{
    private const string Victim = "victim";

    private static readonly (string Name, string Compile)[] Bombs =
    [
        ("fork", "bomb() { bomb | bomb & }; for i in 1 2 3 4 5 6 7 8 9 10; do bomb; sleep 1; done; exit 1"),
        ("memory", "exec perl -e '$i = 0; push @x, \"x\" x (64 << 20) while 1'"),
        ("disk", "head -c 20G /dev/zero >\"$1/big\""),
        ("files", "perl -e 'for (1..5000000) { open my $f, \">\", \"$ARGV[0]/$_\" or die \"$!\\n\" }' \"$1\""),
        ("output", "yes"),
        ("time", "for i in 1 2 3 4; do (while :; do :; done) & done; wait"),
    ];

    public static async Task<int> RunAsync(LoadOptions options, CancellationToken ct)
    {
        // 1. A platform that allows a minute per build, and an app.
        var packs = Directory.CreateTempSubdirectory("renga-bombs-").FullName;
        await using var platform = await BenchPlatform.StartAsync(ct, "--build-timeout", "1", "--local-buildpacks", packs);
        var work = await platform.CreateAppAsync(Victim, Path.Combine(platform.Root, "examples/hello-node"), ct);
        var pushed = await platform.PushAsync(Victim, work, ct);
        if (!pushed.Succeeded)
            throw new InvalidOperationException($"The push failed:\n{pushed.Error}");
        await LoadAsync(options, ct);

        // 2. Alone, and beside an ordinary build that only computes.
        Console.WriteLine("| | requests/s | p50 ms | p99 ms | max ms | failed |\n|---|---|---|---|---|---|");
        Print("alone", [await LoadAsync(options, ct)]);

        // 3. Beside each kind of bomb, two of them at a time.
        var words = new List<string>();
        foreach (var (name, compile) in Bombs)
        {
            var pushes = Task.WhenAll((await Task.WhenAll(Enumerable.Range(1, 2).Select(n => PlantAsync(platform, packs, $"{name}-{n}", compile, ct)))).Select(b => platform.PushAsync(b.App, b.Work, ct)));
            var loads = new List<Load>();
            while (!pushes.IsCompleted)
                loads.Add(await LoadAsync(options, ct));
            Print($"while two builds run the bomb \"{name}\"", loads);
            words.Add($"{name}: {LastWords((await pushes)[0])}");
        }

        Print("alone again", [await LoadAsync(options, ct)]);
        Console.WriteLine();
        words.ForEach(Console.WriteLine);
        Directory.Delete(packs, recursive: true);
        return 0;
    }

    private static async Task<(string App, string Work)> PlantAsync(BenchPlatform platform, string packs, string name, string compile, CancellationToken ct)
    {
        var bin = Directory.CreateDirectory(Path.Combine(packs, name, "bin")).FullName;
        foreach (var (file, script) in new[] { ("detect", "echo Bomb"), ("compile", compile), ("release", "echo '--- {}'") })
        {
            await File.WriteAllTextAsync(Path.Combine(bin, file), $"#!/bin/bash\n{script}\n", ct);
            File.SetUnixFileMode(Path.Combine(bin, file), (UnixFileMode)Convert.ToInt32("755", 8));
        }

        var app = "bomb-" + name;
        var work = await platform.CreateAppAsync(app, Path.Combine(platform.Root, "examples/hello-node"), ct);
        using var body = new StringContent($$"""{"BUILDPACK_URL":"{{Path.Combine(packs, name)}}"}""", System.Text.Encoding.UTF8, "application/json");
        (await platform.Http.PatchAsync(BenchPlatform.Api($"apps/{app}/config-vars"), body, ct)).EnsureSuccessStatusCode();
        return (app, work);
    }

    private static async Task<Load> LoadAsync(LoadOptions options, CancellationToken ct)
    {
        var result = await ProcessRunner.RunCheckedAsync(
            Command.Of("wrk", "--threads", "1", "--connections", $"{options.Connections}", "--duration", $"{options.Seconds}s", "--latency", "--timeout", "30s", "--header", $"Host: {Victim}.localhost", $"http://127.0.0.1:{BenchPlatform.RouterPort}/"), ct);
        var text = result.Output;
        var errors = Errors().Match(text);
        var failed = Enumerable.Range(1, 4).Sum(i => errors.Success ? int.Parse(errors.Groups[i].Value, CultureInfo.InvariantCulture) : 0)
            + (Refused().Match(text) is { Success: true } refused ? int.Parse(refused.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
        return new Load(double.Parse(Rate().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), Milliseconds(P50().Match(text)), Milliseconds(P99().Match(text)), Milliseconds(Max().Match(text)), failed);
    }

    private static void Print(string name, List<Load> loads)
    {
        // A bomb takes several rounds; the worst of them counts, and all failures.
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {loads.Min(static l => l.RequestsPerSecond):0} | {loads.Max(static l => l.P50):0.0} | {loads.Max(static l => l.P99):0.0} | {loads.Max(static l => l.Max):0} | {loads.Sum(static l => l.Failed)} |"));
    }

    private static string LastWords(CommandResult push) =>
        push.Error.Split('\n').Select(static l => l.Replace("remote:", "", StringComparison.Ordinal).Trim()).FirstOrDefault(static l => l.StartsWith("! ", StringComparison.Ordinal) && l.Contains("build", StringComparison.Ordinal)) ?? push.Error;

    private static double Milliseconds(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }

    private sealed record Load(double RequestsPerSecond, double P50, double P99, double Max, int Failed);

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex P50();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex P99();

    [GeneratedRegex(@"Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Max();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex Errors();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Refused();
}
