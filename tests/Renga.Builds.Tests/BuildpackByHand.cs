using System.Collections.Immutable;
using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>A copy of one of our buildpacks, run as a platform does for what a push does not ask for: its tests and its report.</summary>
internal sealed class BuildpackByHand : IDisposable
{
    private readonly string _build;
    private readonly string _folder;

    public BuildpackByHand(string name, string build, string folder)
    {
        (_build, _folder) = (build, Directory.CreateDirectory(folder).FullName);
        Directory.CreateDirectory(Path.Combine(folder, "env"));
        ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", "--dereference", Path.Combine(Compiler.RepositoryRoot, "buildpacks", name), Path.Combine(folder, "pack")), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Runs one of its programs; tests with <c>.profile.d</c> loaded.</summary>
    public Task<CommandResult> RunAsync(string program, CancellationToken ct)
    {
        var path = Path.Combine(_folder, "pack/bin", program);
        var environment = ImmutableDictionary<string, string?>.Empty
            .Add("PATH", "/usr/local/bin:/usr/bin:/bin").Add("HOME", _build).Add("STACK", "host").Add("PIP_FIND_LINKS", "vendor").Add("PIP_NO_INDEX", "1")
            .Add("NODE_EXTRA_CA_CERTS", Environment.GetEnvironmentVariable("NODE_EXTRA_CA_CERTS")).Add("npm_config_registry", Environment.GetEnvironmentVariable("npm_config_registry"));
        var command = program == "test"
            ? Command.Of("/bin/bash", "-c", "for f in .profile.d/*.sh; do . \"$f\"; done; exec \"$@\"", "test", path, _build, Path.Combine(_folder, "env"))
            : Command.Of(path, _build, Path.Combine(_folder, "cache"), Path.Combine(_folder, "env"));
        return ProcessRunner.RunAsync(command with { WorkingFolder = _build, ClearEnvironment = true, Environment = environment }, ct);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
