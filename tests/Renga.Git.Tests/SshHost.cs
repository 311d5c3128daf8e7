using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Renga.Git.Ssh;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Git.Tests;

/// <summary>The transport with its real sshd, and a developer who has a key.</summary>
internal sealed class SshHost : IAsyncDisposable
{
    private static int _nextPort = 12_000 + Environment.ProcessId * 10 % 7_000;

    private readonly TemporaryFolder _home = new();

    private SshHost(GitHost git, int port) => (Git, Port) = (git, port);

    public GitHost Git { get; }

    public int Port { get; }

    /// <summary>ssh as the developer runs it.</summary>
    public string[] Ssh => ["-F", "none", "-i", _home["key"], "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
        "-o", "StrictHostKeyChecking=accept-new", "-o", $"UserKnownHostsFile={_home["known_hosts"]}"];

    public string SshCommand => string.Join(' ', ["ssh", .. Ssh]);

    private string Config => Git.Folder["ssh/sshd_config"];

    public static async Task<SshHost> StartAsync(CancellationToken ct, Func<GitOptions, GitOptions>? change = null)
    {
        var port = FreePort();
        var git = await GitHost.StartAsync(o =>
        {
            // sshd's own user must be able to come in.
            var root = Path.GetDirectoryName(o.RunFolder)!;
            File.SetUnixFileMode(root, File.GetUnixFileMode(root) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            var ssh = new SshOptions { Folder = Path.Combine(root, "ssh"), RunFolder = Path.Combine(root, "door"), Address = IPAddress.Loopback, Port = port, UserId = 0x0F000000 + port };
            var changed = o with { Ssh = ssh };
            return change?.Invoke(changed) ?? changed;
        });
        var host = new SshHost(git, port);
        await ProcessRunner.RunCheckedAsync(Command.Of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host._home["key"]), ct);
        git.Gatekeeper.Keys[(await ProcessRunner.RunCheckedAsync(Command.Of("ssh-keygen", "-l", "-f", host._home["key.pub"]), ct)).Output.Split(' ')[1]] = true;
        await host.ListensAsync(ct);
        return host;
    }

    public string AppUrl(string app) => string.Create(CultureInfo.InvariantCulture, $"ssh://git@127.0.0.1:{Port}/{app}.git");

    /// <summary>A working copy whose git uses this developer's key.</summary>
    public async Task<WorkingCopy> CopyAsync(CancellationToken ct)
    {
        var copy = await WorkingCopy.CreateAsync(ct);
        copy.SshCommand = SshCommand;
        return copy;
    }

    /// <summary>Runs ssh with a command of the developer's own.</summary>
    public Task<CommandResult> RunAsync(CancellationToken ct, params ReadOnlySpan<string> arguments) =>
        ProcessRunner.RunAsync(Command.Of("ssh", [.. Ssh, "-p", Port.ToString(CultureInfo.InvariantCulture), .. arguments]), ct);

    /// <summary>The process id of the one sshd that listens.</summary>
    public int? DaemonId() =>
        Directory.EnumerateDirectories("/proc").Select(static p => int.TryParse(Path.GetFileName(p), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(static id => id > 0).Cast<int?>().FirstOrDefault(id => CommandLine(id!.Value) is var line && line.Contains("sshd", StringComparison.Ordinal) && line.Contains(Config, StringComparison.Ordinal));

    public Task ListensAsync(CancellationToken ct) => Eventually.HoldsAsync(
        "sshd to listen",
        async token =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, Port, token);
            return true;
        },
        ct);

    public async ValueTask DisposeAsync()
    {
        await Git.DisposeAsync();
        _home.Dispose();
    }

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _nextPort);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next.
            }
        }
    }
}
