using System.Net;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>The stack <c>host</c>: this machine's own programs, with an /etc of which every file was chosen.</summary>
internal static class HostStack
{
    private static readonly string[] MachineLinks = ["bin", "lib", "lib32", "lib64", "libx32", "sbin"];

    /// <summary>What programs in /usr read in /etc and nobody keeps a secret in. Copied, so a dyno sees these and nothing that comes to lie beside them.</summary>
    private static readonly string[] Copied =
    [
        "alternatives", "ca-certificates", "ca-certificates.conf", "debian_version", "fonts", "gai.conf", "host.conf", "inputrc", "issue", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
        "locale.alias", "localtime", "login.defs", "lsb-release", "magic", "magic.mime", "mime.types", "networks", "os-release", "profile.d", "protocols", "rpc", "services", "shells",
        "ssl/certs", "ssl/openssl.cnf", "terminfo", "timezone", "bash.bashrc", "ImageMagick-6", "ImageMagick-7",
    ];

    private static readonly string[] CopiedPrefixes = ["java", "python3", "perl", "php", "ruby", "maven", "emacs", "R", "dotnet"];

    public const string Passwd = """
        root:x:0:0:root:/root:/usr/sbin/nologin
        dyno:x:1000:1000::/app:/bin/bash
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

        """;

    public const string Group = """
        root:x:0:
        tty:x:5:
        dyno:x:1000:
        nogroup:x:65534:

        """;

    public const string NameSwitch = """
        passwd: files
        group: files
        shadow: files
        hosts: files dns
        networks: files
        protocols: files
        services: files

        """;

    /// <summary>Makes or refreshes the shared /etc. Files are replaced whole, since running dynos see it.</summary>
    public static async Task MakeEtcAsync(string folder, string resolvConf, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(folder, "ssl"));
        var present = Copied.Concat(CopiedFolders()).Select(static n => Path.Combine("/etc", n)).Where(static p => File.Exists(p) || Directory.Exists(p));
        foreach (var together in present.GroupBy(static p => Path.GetDirectoryName(p)!["/etc".Length..].TrimStart('/')))
            await ProcessRunner.RunCheckedAsync(CopyCommand(together, Path.Combine(folder, together.Key)), ct);

        foreach (var (name, content) in new[] { ("passwd", Passwd), ("group", Group), ("nsswitch.conf", NameSwitch), ("resolv.conf", resolvConf), ("hosts", ""), ("hostname", "") })
            await State.AtomicFile.WriteAsync(Path.Combine(folder, name), System.Text.Encoding.UTF8.GetBytes(content), ct);
    }

    internal static Command CopyCommand(IEnumerable<string> sources, string folder) =>
        Command.Of("cp", ["--recursive", "--no-dereference", "--preserve=mode,timestamps,links", "--update", "--remove-destination", "--target-directory", folder, "--", .. sources]);

    /// <summary>The machine as a stack: its programs, and the /etc that was chosen. A machine without merged /usr has folders where others have links.</summary>
    public static StackLayout Layout(RuncPaths paths)
    {
        var links = MachineLinks.Select(static n => (Name: n, Target: new DirectoryInfo("/" + n).LinkTarget)).Where(static l => l.Target is not null).Select(static l => (l.Name, l.Target!));
        var programs = MachineLinks.Select(static n => "/" + n).Where(static p => Directory.Exists(p) && new DirectoryInfo(p).LinkTarget is null).Prepend("/usr");
        return new StackLayout(paths.Root, [.. links], [.. programs.Select(static p => new StackPart(p, p)), new StackPart(paths.Etc, "/etc")]);
    }

    /// <summary>The machine's name servers, or systemd's own list of them where the machine only has a stub on its loopback, which no dyno reaches.</summary>
    public static string ResolvConf()
    {
        var text = ReadOrEmpty("/etc/resolv.conf");
        if (!NameServers(text).Any(IPAddress.IsLoopback))
            return text;
        var real = ReadOrEmpty("/run/systemd/resolve/resolv.conf");
        return real.Length > 0 ? real : text;
    }

    public static IEnumerable<IPAddress> NameServers(string resolvConf) =>
        resolvConf.Split('\n').Select(static l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(static p => p is ["nameserver", _, ..]).Select(static p => IPAddress.TryParse(p[1], out var a) ? a : null).OfType<IPAddress>();

    private static IEnumerable<string> CopiedFolders() =>
        CopiedPrefixes.SelectMany(static p => Directory.EnumerateDirectories("/etc", p + "*")).Select(static d => Path.GetFileName(d)).Distinct();

    private static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
