using System.Diagnostics;
using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>A folder served over HTTP on loopback.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly Process _process;

    private FileServer(Process process, string folder, Uri address)
    {
        _process = process;
        Folder = folder;
        Address = address;
    }

    public string Folder { get; }

    /// <summary>With a slash at its end.</summary>
    public Uri Address { get; }

    public static async Task<FileServer> StartAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var process = ProcessRunner.Start(Command.Of("/usr/bin/python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "0") with { WorkingFolder = folder });
        var line = await process.StandardOutput.ReadLineAsync(ct);
        return new FileServer(process, folder, new Uri($"http://127.0.0.1:{line!.Split("port ")[1].Split(' ')[0]}/"));
    }

    public async ValueTask DisposeAsync()
    {
        ProcessRunner.Kill(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
