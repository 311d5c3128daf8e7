using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Renga.Processes;

namespace Renga.LoadTest;

/// <summary>A whole platform of its own, used as a developer does, and taken down at the end.</summary>
internal sealed class BenchPlatform : IAsyncDisposable
{
    public const int ApiPort = 25000;
    public const int RouterPort = 25080;

    private readonly string _server;
    private readonly string[] _place;
    private readonly Process _process;
    private readonly Task _output;
    private string _token = "";

    private BenchPlatform(string[] more)
    {
        Root = FindRoot();
        Folder = Directory.CreateTempSubdirectory("renga-bench-").FullName;
        _server = Path.Combine(Root, "artifacts/bin/Renga.Server/release/rengad");
        _place = ["--data", Folder, "--api-port", $"{ApiPort}", "--router-port", $"{RouterPort}"];
        _process = ProcessRunner.Start(Command.Of(_server, [.. _place, .. more]));
        _output = Task.WhenAll(_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    /// <summary>The repository.</summary>
    public string Root { get; }

    public string Folder { get; }

    public HttpClient Http { get; } = new();

    public static async Task<BenchPlatform> StartAsync(CancellationToken ct, params string[] more)
    {
        var platform = new BenchPlatform(more);
        try
        {
            await platform.ReadyAsync(ct);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    public static Uri Api(string path) => new($"http://127.0.0.1:{ApiPort}/{path}");

    /// <summary>A new app with a copy of a folder as its repository; returns the repository.</summary>
    public async Task<string> CreateAppAsync(string app, string source, CancellationToken ct)
    {
        (await Http.PostAsJsonAsync(Api("apps"), new { name = app }, ct)).EnsureSuccessStatusCode();
        var work = Directory.CreateDirectory(Path.Combine(Folder, "work-" + app)).FullName;
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "-R", source + "/.", work), ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("git", "init", "-q", "-b", "main") with { WorkingFolder = work }, ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("git", "add", "-A") with { WorkingFolder = work }, ct);
        return work;
    }

    /// <summary>Commits, and pushes; the result is git's.</summary>
    public async Task<CommandResult> PushAsync(string app, string work, CancellationToken ct)
    {
        string[] commit = ["-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "-q", "--allow-empty", "-m", "verse"];
        await ProcessRunner.RunCheckedAsync(Command.Of("git", commit) with { WorkingFolder = work }, ct);
        return await ProcessRunner.RunAsync(Command.Of("git", "push", $"http://renga:{_token}@127.0.0.1:{ApiPort}/{app}.git", "main") with { WorkingFolder = work }, ct);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        ProcessRunner.Kill(_process);
        await _process.WaitForExitAsync(CancellationToken.None);
        await _output;
        _process.Dispose();
        await ProcessRunner.RunAsync(Command.Of(_server, ["--stop-all", .. _place]), CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }

    private async Task ReadyAsync(CancellationToken ct)
    {
        while (!await AnswersAsync(ct))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
        _token = File.ReadLines(Path.Combine(Folder, "env.sh")).First(static l => l.StartsWith("export HEROKU_API_KEY=", StringComparison.Ordinal)).Split('\'')[1];
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        Http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.heroku+json; version=3");
    }

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            return (await Http.GetAsync(Api("ready"), ct)).IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return false;
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
