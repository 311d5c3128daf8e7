using System.Collections.Immutable;
using System.Globalization;
using Renga.Processes;

namespace Renga.Git.Commands;

/// <summary>Every git command line that is run, as data.</summary>
internal static class GitCommands
{
    /// <summary>Nothing of the machine's or the account's git configuration counts; what we want is said here.</summary>
    private static readonly ImmutableDictionary<string, string?> Environment = new Dictionary<string, string?>
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["LANG"] = "C.UTF-8",
        ["HOME"] = "/nonexistent",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_TERMINAL_PROMPT"] = "0",
    }.ToImmutableDictionary();

    /// <summary>
    /// Old, harmless flaws that live in the history of many public projects; every other fsck error refuses the push.
    /// </summary>
    private static readonly string[] ToleratedFlaws = ["zeroPaddedFilemode", "missingSpaceBeforeDate", "badTimezone", "missingSpaceBeforeEmail"];

    public static Command Initialize(string repository) => Git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", repository);

    public static Command Advertise(string service, string repository, string? protocol) =>
        WithProtocol(Git(service, "--stateless-rpc", "--advertise-refs", repository), protocol);

    public static Command UploadPack(string repository, string? protocol, GitTransport transport) =>
        WithProtocol(Git(["upload-pack", .. Mode(transport), "--strict", repository]), protocol);

    public static Command ReceivePack(string repository, string hooksFolder, string pushFolder, long maxPackBytes, GitTransport transport)
    {
        var arguments = ImmutableArray.CreateBuilder<string>();
        Set($"core.hooksPath={hooksFolder}");
        Set(string.Create(CultureInfo.InvariantCulture, $"receive.maxInputSize={maxPackBytes}"));
        Set("receive.fsckObjects=true");
        foreach (var flaw in ToleratedFlaws)
            Set($"receive.fsck.{flaw}=ignore");
        Set("receive.denyNonFastForwards=false");
        Set("receive.denyDeletes=false");
        Set("receive.denyDeleteCurrent=ignore");
        Set("receive.shallowUpdate=true");
        Set("gc.autoDetach=false");
        arguments.Add("receive-pack");
        arguments.AddRange(Mode(transport));
        arguments.Add(repository);
        var command = new Command("git", arguments.ToImmutable()) { Environment = Environment, ClearEnvironment = true };
        return command with { Environment = command.Environment.SetItem(ReceiveFolderVariable, pushFolder) };

        void Set(string setting) => arguments.AddRange("-c", setting);
    }

    /// <summary>Prints a tar of the commit's tree.</summary>
    public static Command Archive(string repository, string commit, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "archive", "--format=tar", commit);

    /// <summary>Prints the commit's subject line, or fails when it is no commit.</summary>
    public static Command Subject(string repository, string commit, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%s", commit, "--");

    /// <summary>Prints a line when the commit's tree has such a file at its root.</summary>
    public static Command ListRoot(string repository, string commit, string name, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "ls-tree", "--name-only", commit, "--", name);

    /// <summary>Prints every entry of the commit's tree, with all folders.</summary>
    public static Command ListTree(string repository, string commit, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "ls-tree", "-r", "-z", commit);

    /// <summary>Prints paths and URLs of .gitmodules. What it includes from elsewhere does not count.</summary>
    public static Command ReadModules(string repository, string commit, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "config", "--no-includes", "-z", "--blob", $"{commit}:.gitmodules", "--get-regexp", @"^submodule\..*\.(path|url)$");

    /// <summary>Succeeds when some .gitattributes uses Git LFS.</summary>
    public static Command UsesLargeFiles(string repository, string commit, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "grep", "-q", "-F", "-e", "filter=lfs", commit, "--", ".gitattributes", "**/.gitattributes");

    /// <summary>Prints names of files that have the lines of a Git LFS pointer.</summary>
    public static Command FindPointers(string repository, string commit, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "grep", "-l", "-z", "-a", "--all-match", "-e", "^version https://git-lfs.github.com/spec/", "-e", "^oid sha256:[0-9a-f]", "-e", "^size [0-9]", commit);

    /// <summary>Prints a file of a commit.</summary>
    /// <param name="name"><c>COMMIT:PATH</c>.</param>
    public static Command Show(string repository, string name, ImmutableDictionary<string, string?> quarantine) =>
        Inside(repository, quarantine, "cat-file", "blob", name);

    public static Command PointHead(string repository, string reference) =>
        Inside(repository, ImmutableDictionary<string, string?>.Empty, "symbolic-ref", "HEAD", reference);

    public static Command CountObjects(string repository) => Inside(repository, ImmutableDictionary<string, string?>.Empty, "count-objects", "-v");

    /// <summary>The variable by which the hook finds the folder of its push.</summary>
    public const string ReceiveFolderVariable = "RENGA_PUSH_FOLDER";

    private static Command Inside(string repository, ImmutableDictionary<string, string?> more, params ReadOnlySpan<string> arguments) =>
        new("git", ["--git-dir", repository, .. arguments]) { Environment = Environment.SetItems(more), ClearEnvironment = true };

    private static Command Git(params ReadOnlySpan<string> arguments) => new("git", [.. arguments]) { Environment = Environment, ClearEnvironment = true };

    private static string[] Mode(GitTransport transport) => transport == GitTransport.Requests ? ["--stateless-rpc"] : [];

    private static Command WithProtocol(Command command, string? protocol) =>
        protocol is null ? command : command with { Environment = command.Environment.SetItem("GIT_PROTOCOL", protocol) };
}
