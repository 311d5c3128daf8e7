using System.Globalization;
using System.Net.Sockets;
using Renga.Model;
using Renga.Processes;

namespace Renga.Git.Ssh;

/// <summary>What sshd reads: its configuration, the user <c>git</c>, the host key, and the script that its children run (see <c>door.pl</c>).</summary>
internal sealed class SshFiles(SshOptions options)
{
    /// <summary>Characters of the path of a Unix socket.</summary>
    private const int MaxSocketPath = 107;

    private const UnixFileMode Enter = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Config => Path.Combine(options.Folder, "sshd_config");

    public string Users => Path.Combine(options.Folder, "passwd");

    public string Groups => Path.Combine(options.Folder, "group");

    public string HostKey => Path.Combine(options.Folder, "host_ed25519_key");

    public string Door => Path.Combine(options.Folder, "door.pl");

    /// <summary>In a folder that only we and sshd's user may enter.</summary>
    public string Socket => Path.Combine(options.RunFolder, "door.sock");

    /// <summary>The user id that sshd gets; null when it is ours.</summary>
    public int? UserId => Environment.IsPrivilegedProcess ? options.UserId : null;

    /// <summary>What this machine lacks for it, in words; null when nothing.</summary>
    public string? Problem()
    {
        foreach (var (file, package) in ((string, string)[])[(SshCommands.Daemon, "openssh-server"), (SshCommands.KeyProgram, "openssh-client"), ("/usr/bin/setpriv", "util-linux"), ("/usr/bin/perl", "perl-base")])
        {
            if (!File.Exists(file))
                return $"{file} is not there: install the package {package} (eng/install-packages runtime)";
        }

        if (!Directory.EnumerateDirectories("/usr/lib", "*-linux-*").Append("/usr/lib64").Any(static f => File.Exists(Path.Combine(f, "libnss_wrapper.so"))))
            return "libnss_wrapper.so is not there: install the package libnss-wrapper (eng/install-packages runtime)";
        if (Socket.Length > MaxSocketPath)
            return $"the path of the data folder is too long for a socket in it ({Socket}, maximum is {MaxSocketPath} characters)";
        return (options.Folder + Socket).All(IsPlain) ? null : $"the path {options.Folder} has characters other than letters, digits and . _ - + , = @ /";
    }

    /// <summary>Writes everything, makes the host key if there is none, and asks sshd whether it can start.</summary>
    public async Task<Refusal?> WriteAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(options.Folder);
        File.SetUnixFileMode(options.Folder, Enter);
        Directory.CreateDirectory(options.RunFolder, Private);
        await File.WriteAllTextAsync(Config, SshdConfig.Of(options, this), ct);
        var id = UserId ?? await OwnIdAsync(ct);
        await File.WriteAllTextAsync(Users, string.Create(CultureInfo.InvariantCulture, $"git:*:{id}:{id}:Renga git over SSH:/:/bin/sh\n"), ct);
        await File.WriteAllTextAsync(Groups, string.Create(CultureInfo.InvariantCulture, $"git:*:{id}:\n"), ct);
        await using (var script = typeof(SshFiles).Assembly.GetManifestResourceStream("door.pl")!)
        await using (var file = File.Create(Door))
            await script.CopyToAsync(file, ct);
        foreach (var open in (string[])[Config, Users, Groups, Door])
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await EnsureHostKeyAsync(ct);
        if (UserId is { } other)
        {
            await ProcessRunner.RunCheckedAsync(SshCommands.Own(other, HostKey), ct);
            await ProcessRunner.RunCheckedAsync(SshCommands.Own(other, options.RunFolder), ct);
        }

        var check = await ProcessRunner.RunAsync(SshCommands.Check(this, UserId), ct);
        return check.Succeeded
            ? null
            : Refusal.Unavailable($"sshd cannot start: {check.Error.Trim().ReplaceLineEndings("; ")} (it runs as user id {id}, which must be able to enter {options.Folder})");
    }

    /// <summary>Listens where sshd's user may connect.</summary>
    public async Task<Socket> ListenAsync(CancellationToken ct)
    {
        File.Delete(Socket);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Socket));
        if (UserId is { } other)
            await ProcessRunner.RunCheckedAsync(SshCommands.Own(other, Socket), ct);
        socket.Listen(128);
        return socket;
    }

    private async Task EnsureHostKeyAsync(CancellationToken ct)
    {
        if (File.Exists(HostKey) && File.Exists(HostKey + ".pub"))
            return;
        // Made aside and renamed, the public half first, so that a crash leaves none or both.
        var draft = HostKey + ".new";
        File.Delete(draft);
        File.Delete(draft + ".pub");
        await ProcessRunner.RunCheckedAsync(SshCommands.MakeHostKey(draft), ct);
        File.Move(draft + ".pub", HostKey + ".pub", overwrite: true);
        File.Move(draft, HostKey, overwrite: true);
    }

    private static async Task<int> OwnIdAsync(CancellationToken ct) =>
        int.Parse((await ProcessRunner.RunCheckedAsync(Command.Of("id", "-u"), ct)).Output, CultureInfo.InvariantCulture);

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or ',' or '=' or '@' or '/';
}
