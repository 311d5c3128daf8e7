using System.Collections.Immutable;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>The runtime's command lines.</summary>
internal static class RuncCommands
{
    public static ImmutableArray<string> Global(RuncPaths paths) => ["--root", paths.Runtime];

    /// <summary>Kills what runs; nothing happens when there is nothing.</summary>
    public static Command Delete(RuncPaths paths, string name) => new("runc", [.. Global(paths), "delete", "--force", name]);
}
