using System.Collections.Immutable;
using Renga.Processes;
using Renga.Testing;

namespace Renga.Builds.Tests;

/// <summary>A buildpack of ours run script by script, for what a build does not call: test-compile, test and report.</summary>
internal sealed class PackByHand : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static async Task<PackByHand> OfAsync(string pack, CancellationToken ct, params (string Name, string Content)[] files)
    {
        var made = new PackByHand();
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "-RL", Path.Combine(Compiler.RepositoryRoot, "buildpacks", pack), made._folder["pack"]), ct);
        foreach (var name in new[] { "build", "cache", "env", "tmp" })
            Directory.CreateDirectory(made._folder[name]);
        foreach (var (name, content) in files)
        {
            var path = Path.Combine(made.Build, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, content, ct);
        }

        return made;
    }

    /// <summary>The same with the files of an example.</summary>
    public static async Task<PackByHand> OfExampleAsync(string pack, string example, CancellationToken ct)
    {
        var made = await OfAsync(pack, ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "-R", Compiler.Example(example) + "/.", made.Build), ct);
        return made;
    }

    public string Build => _folder["build"];

    public string Cache => _folder["cache"];

    public string Pack => _folder["pack"];

    public void SetConfig(string name, string value) => File.WriteAllText(Path.Combine(_folder["env"], name), value);

    /// <summary>Runs a script that must succeed, and returns what it printed.</summary>
    public async Task<string> MustAsync(string script, CancellationToken ct)
    {
        var result = await RunAsync(script, ct);
        result.Status.ShouldBe(0, result.Output + result.Error);
        return result.Output;
    }

    /// <summary>As CI does: what the pack left in .profile.d is sourced before bin/test.</summary>
    public Task<CommandResult> RunAsync(string script, CancellationToken ct) =>
        ProcessRunner.RunAsync(
            new Command("/bin/bash", script == "test"
                ? ["-c", "for file in .profile.d/*.sh; do [ ! -f \"$file\" ] || . \"$file\"; done; exec \"$0\" \"$PWD\" \"$1\"", _folder["pack/bin/test"], _folder["env"]]
                : [_folder[$"pack/bin/{script}"], Build, _folder["cache"], _folder["env"]])
            {
                WorkingFolder = Build,
                ClearEnvironment = true,
                Environment = ImmutableDictionary<string, string?>.Empty
                    .Add("PATH", "/usr/local/bin:/usr/bin:/bin").Add("HOME", Build).Add("STACK", "host").Add("LANG", "C.UTF-8").Add("TMPDIR", _folder["tmp"]),
            },
            ct);

    public void Dispose() => _folder.Dispose();
}
