using System.CommandLine;

namespace Renga.Server.Configuration;

/// <summary>The command line of <c>rengad stacks</c>.</summary>
internal static class StacksCommandLine
{
    public static Command Make(Func<string> defaultDataFolder)
    {
        var data = new Option<string>("--data") { Description = "Folder for everything the platform keeps.", DefaultValueFactory = _ => defaultDataFolder(), Recursive = true };
        var stacks = new Command("stacks", "Build, list and remove the stacks that apps can run on.") { data };

        var name = new Argument<string>("NAME") { Description = "The stack, such as renga-12." };
        var version = new Argument<string>("VERSION") { Description = "The version, such as 20261121.1." };
        var mirrors = new Option<string[]>("--mirror") { Description = "Mirror of Debian, or a line as in sources.list; may be repeated. Default: the machine's own, where it runs the same Debian.", DefaultValueFactory = _ => [] };
        var snapshot = new Option<string?>("--snapshot") { Description = "Time of a snapshot of the mirror, such as 20261121T000000Z." };

        var build = new Command("build", "Build the newest version of a stack; a running platform moves its dynos to it.") { name, mirrors, snapshot };
        build.SetAction((parsed, ct) => StacksCommand.BuildAsync(
            parsed.GetValue(data)!,
            parsed.GetValue(name)!,
            [.. parsed.GetValue(mirrors)!.SelectMany(static m => new[] { "--mirror", m }), .. parsed.GetValue(snapshot) is { } time ? ["--snapshot", time] : Array.Empty<string>()],
            ct));

        var list = new Command("list", "List the stacks and their versions.");
        list.SetAction(parsed => StacksCommand.List(parsed.GetValue(data)!));

        var remove = new Command("remove", "Remove a version that no dyno is on.") { name, version };
        remove.SetAction((parsed, ct) => StacksCommand.RemoveAsync(parsed.GetValue(data)!, parsed.GetValue(name)!, parsed.GetValue(version)!, ct));

        stacks.Subcommands.Add(build);
        stacks.Subcommands.Add(list);
        stacks.Subcommands.Add(remove);
        return stacks;
    }
}
