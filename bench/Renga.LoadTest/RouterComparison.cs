using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Renga.Processes;

namespace Renga.LoadTest;

/// <summary>Requests per second and CPU per request of the router, nginx and HAProxy, in turns: a slow moment of the machine hits all of them.</summary>
internal static partial class RouterComparison
{
    private sealed record Contender(string Name, int Port, Process? Process)
    {
        public List<Sample> Samples { get; } = [];
    }

    private sealed record Sample(double RequestsPerSecond, double MicrosecondsPerRequest, double P50, double P99);

    public static async Task<int> RunAsync(LoadOptions options, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("renga-load-").FullName;
        using var syslog = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        syslog.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var draining = DrainAsync(syslog, ct);
        var running = new List<Process>();
        try
        {
            // 1. The backend and the three proxies, each a process of its own
            var backend = FreePort();
            running.Add(Start(Self("backend", $"{backend}")));
            var contenders = new List<Contender> { new("backend alone", backend, null) };
            Add("Renga", port => Self("serve-router", $"{port}", $"{backend}", $"{folder}/router.log"));
            Add("nginx", port =>
            {
                File.WriteAllText($"{folder}/nginx.conf", Peers.Nginx(port, backend, folder));
                return Command.Of("/usr/sbin/nginx", "-p", folder, "-c", $"{folder}/nginx.conf");
            });
            Add("HAProxy", port =>
            {
                File.WriteAllText($"{folder}/haproxy.cfg", Peers.HAProxy(port, backend, ((IPEndPoint)syslog.LocalEndPoint!).Port));
                return Command.Of("/usr/sbin/haproxy", "-f", $"{folder}/haproxy.cfg", "-db", "-q");
            });
            foreach (var contender in contenders)
                await AnswersAsync(contender.Port, ct);

            // 2. Warm each up, so that the just-in-time compiler has finished, 3. then rounds in turns
            foreach (var contender in contenders)
                await MeasureAsync(contender, options with { Seconds = Math.Max(8, options.Seconds) }, ct);
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var contender in contenders)
                    contender.Samples.Add(await MeasureAsync(contender, options, ct));
            }

            Print(contenders, options);
            return 0;

            void Add(string name, Func<int, Command> command)
            {
                var port = FreePort();
                var process = Start(command(port));
                running.Add(process);
                contenders.Add(new(name, port, process));
            }
        }
        finally
        {
            running.ForEach(ProcessRunner.Kill);
            syslog.Dispose();
            await draining;
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Sample> MeasureAsync(Contender contender, LoadOptions options, CancellationToken ct)
    {
        var before = contender.Process is null ? 0 : ProcessTimes.CpuSeconds(contender.Process.Id);
        var result = await ProcessRunner.RunCheckedAsync(
            Command.Of("wrk", "-t1", $"-c{options.Connections}", $"-d{options.Seconds}s", "--latency", "-H", "Host: app.localhost", $"http://127.0.0.1:{contender.Port}/hello?a=b"), ct);
        var cpu = contender.Process is null ? 0 : ProcessTimes.CpuSeconds(contender.Process.Id) - before;
        if (result.Output.Contains("Non-2xx", StringComparison.Ordinal) || result.Output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"{contender.Name} failed requests:\n{result.Output}");
        var requests = double.Parse(Requests().Match(result.Output).Groups[1].Value, CultureInfo.InvariantCulture);
        return new(
            double.Parse(Rate().Match(result.Output).Groups[1].Value, CultureInfo.InvariantCulture),
            cpu * 1_000_000 / requests,
            Milliseconds(P50().Match(result.Output)),
            Milliseconds(P99().Match(result.Output)));
    }

    private static void Print(List<Contender> contenders, LoadOptions options)
    {
        Console.WriteLine($"1 KiB, keep-alive, {options.Connections} connections, {options.Rounds} rounds of {options.Seconds} s in turns, medians; {Environment.ProcessorCount} cores shared with wrk and the backend");
        Console.WriteLine();
        Console.WriteLine("| | requests/s | CPU per request, us | p50 ms | p99 ms | memory MiB |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var c in contenders)
        {
            var memory = c.Process is null ? "" : Format(ProcessTimes.Megabytes(c.Process.Id), 0);
            var cpu = c.Process is null ? "" : Format(Median(c, static s => s.MicrosecondsPerRequest), 1);
            Console.WriteLine($"| {c.Name} | {Format(Median(c, static s => s.RequestsPerSecond), 0)} | {cpu} | {Format(Median(c, static s => s.P50), 2)} | {Format(Median(c, static s => s.P99), 2)} | {memory} |");
        }

        var ours = contenders.Single(static c => c.Name == "Renga");
        Console.WriteLine();
        foreach (var peer in contenders.Where(static c => c.Name is "nginx" or "HAProxy"))
        {
            var rate = Median(ours, static s => s.RequestsPerSecond) / Median(peer, static s => s.RequestsPerSecond);
            var cpu = Median(ours, static s => s.MicrosecondsPerRequest) / Median(peer, static s => s.MicrosecondsPerRequest);
            Console.WriteLine($"Renga / {peer.Name}: requests/s {Format(rate, 2)}, CPU per request {Format(cpu, 2)}");
        }
    }

    private static double Median(Contender contender, Func<Sample, double> of)
    {
        var values = contender.Samples.Select(of).Order().ToList();
        return values[values.Count / 2];
    }

    private static string Format(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static Command Self(params string[] arguments) => Command.Of(Environment.ProcessPath!, arguments);

    private static Process Start(Command command)
    {
        var process = ProcessRunner.Start(command);
        process.ErrorDataReceived += static (_, e) =>
        {
            if (e.Data is not null)
                Console.Error.WriteLine(e.Data);
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task AnswersAsync(int port, CancellationToken ct)
    {
        using var client = new HttpClient { DefaultRequestHeaders = { Host = "app.localhost" } };
        for (var tries = 0; ; tries++)
        {
            try
            {
                (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), ct)).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ct);
            }
        }
    }

    /// <summary>HAProxy's log has to go somewhere that takes it.</summary>
    private static async Task DrainAsync(Socket syslog, CancellationToken ct)
    {
        var buffer = new byte[8192];
        try
        {
            while (true)
                await syslog.ReceiveAsync(buffer, ct);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static double Milliseconds(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex P50();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex P99();
}
