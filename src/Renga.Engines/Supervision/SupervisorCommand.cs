using System.Collections.Immutable;
using System.Globalization;
using Renga.Engines.State;
using Renga.Processes;

namespace Renga.Engines.Supervision;

/// <summary>How a dyno's supervisor, conmon, is started. It holds the dyno's pipes or terminal, writes its output and its exit to files, and outlives us.</summary>
/// <param name="Runtime">The OCI runtime that it calls.</param>
/// <param name="RuntimeArguments">Put before the runtime's own verb.</param>
/// <param name="Groups">The <c>cgroup.procs</c> files it enters first.</param>
internal sealed record SupervisorCommand(DynoFolder Folder, string Launcher, string Runtime, ImmutableArray<string> RuntimeArguments, InteractiveMode? Interactive, long OutputBytes, ImmutableArray<string> Groups)
{
    public Command Build()
    {
        var arguments = new List<string> { Launcher, Groups.Length.ToString(CultureInfo.InvariantCulture) };
        arguments.AddRange(Groups);
        arguments.AddRange(
        [
            "conmon", "--api-version", "1",
            "--cid", Folder.Name, "--cuuid", Folder.Name, "--name", Folder.Name,
            "--runtime", Runtime, "--bundle", Folder.Bundle, "--full-attach",
            "--container-pidfile", Folder.InitPid, "--conmon-pidfile", Folder.SupervisorPid, "--exit-dir", Folder.ExitFolder,
            "--log-path", "k8s-file:" + Folder.Output, "--log-size-max", OutputBytes.ToString(CultureInfo.InvariantCulture),
            "--log-level", "error", "--no-new-keyring", "--no-sync-log",
        ]);
        if (Interactive is { Terminal: true })
            arguments.Add("--terminal");
        if (Interactive is not null)
            arguments.Add("--stdin");
        foreach (var argument in RuntimeArguments)
            arguments.Add("--runtime-arg=" + argument);
        return new Command("/bin/sh", [.. arguments]) { WorkingFolder = Folder.Bundle };
    }
}
