using System.Collections.Immutable;
using System.Globalization;
using Renga.Processes;

namespace Renga.Git.Ssh;

/// <summary>Every command line of OpenSSH's programs, as data.</summary>
internal static class SshCommands
{
    private const string SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>sshd insists on an absolute path to itself.</summary>
    public const string Daemon = "/usr/sbin/sshd";

    public const string KeyProgram = "/usr/bin/ssh-keygen";

    /// <summary>Reads a key from its input and prints bits, fingerprint, comment and kind.</summary>
    public static Command Fingerprint { get; } = Clean(Command.Of(KeyProgram, "-l", "-E", "sha256", "-f", "-"));

    public static Command FingerprintOf(string file) => Clean(Command.Of(KeyProgram, "-l", "-E", "sha256", "-f", file));

    public static Command MakeHostKey(string file) => Clean(Command.Of(KeyProgram, "-q", "-t", "ed25519", "-N", "", "-C", "renga", "-f", file));

    public static Command Own(int userId, string path) => Clean(Command.Of("chown", string.Create(CultureInfo.InvariantCulture, $"{userId}:{userId}"), path));

    /// <summary>Says whether sshd would start: its configuration, and whether its user may read what it names.</summary>
    public static Command Check(SshFiles files, int? userId) => Sshd(files, userId, "-t");

    public static Command Run(SshFiles files, int? userId) => Sshd(files, userId, "-D", "-e");

    /// <summary>
    /// sshd without any privilege. It knows the user <c>git</c>, under its own user id, from a list of ours (nss_wrapper), so the machine's accounts stay as they
    /// are. The kernel kills it when the thread that started it ends, however that ends; Ctrl-C in our terminal is for us alone.
    /// </summary>
    private static Command Sshd(SshFiles files, int? userId, params ReadOnlySpan<string> how)
    {
        string[] user = userId is { } id ? ["--reuid", Text(id), "--regid", Text(id), "--clear-groups"] : [];
        return new Command("setsid", ["setpriv", .. user, "--no-new-privs", "--pdeathsig", "KILL", Daemon, .. how, "-f", files.Config])
        {
            ClearEnvironment = true,
            Environment = ImmutableDictionary<string, string?>.Empty
                .Add("PATH", SystemPath)
                .Add("LD_PRELOAD", "libnss_wrapper.so")
                .Add("NSS_WRAPPER_PASSWD", files.Users)
                .Add("NSS_WRAPPER_GROUP", files.Groups),
        };
    }

    private static Command Clean(Command command) =>
        command with { ClearEnvironment = true, Environment = ImmutableDictionary<string, string?>.Empty.Add("PATH", SystemPath).Add("LANG", "C.UTF-8") };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
