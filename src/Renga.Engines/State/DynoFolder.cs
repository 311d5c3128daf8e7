using System.Globalization;
using System.Text.Json;
using Renga.Processes;

namespace Renga.Engines.State;

/// <summary>A dyno's folder and the files in it: the only truth about it that outlives us.</summary>
internal sealed class DynoFolder(string root, Guid id)
{
    public Guid Id { get; } = id;

    /// <summary>As the supervisor and the runtime know the dyno.</summary>
    public string Name { get; } = id.ToString("N");

    public string Path { get; } = System.IO.Path.Combine(root, id.ToString("N"));

    public string Spec => In("spec.json");

    public string State => In("state.json");

    public string Bundle => In("bundle");

    public string Work => In("work");

    public string App => In("work/app");

    public string Temporary => In("work/tmp");

    public string ExitFolder => In("exit");

    public string Exit => System.IO.Path.Combine(ExitFolder, Name);

    public string Output => In("output.log");

    public string Cursor => In("output.position");

    public string SupervisorPid => In("supervisor.pid");

    public string InitPid => In("init.pid");

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Folders of all dynos, whole or half-made.</summary>
    public static IEnumerable<DynoFolder> All(string root)
    {
        foreach (var path in Directory.EnumerateDirectories(root))
        {
            if (Guid.TryParseExact(System.IO.Path.GetFileName(path), "N", out var id))
                yield return new(root, id);
        }
    }

    public void Make()
    {
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Bundle);
        Directory.CreateDirectory(ExitFolder);
        Directory.CreateDirectory(Work);
    }

    public Task WriteSpecAsync(DynoSpec spec, CancellationToken ct) => AtomicFile.WriteAsync(Spec, JsonSerializer.SerializeToUtf8Bytes(spec, EngineJson.Default.DynoSpec), ct);

    public Task WriteStateAsync(DynoState state, CancellationToken ct) => AtomicFile.WriteAsync(State, JsonSerializer.SerializeToUtf8Bytes(state, EngineJson.Default.DynoState), ct);

    /// <summary>Null when creation was not complete.</summary>
    public (DynoSpec Spec, DynoState State)? Read()
    {
        try
        {
            var spec = JsonSerializer.Deserialize(File.ReadAllBytes(Spec), EngineJson.Default.DynoSpec);
            var state = JsonSerializer.Deserialize(File.ReadAllBytes(State), EngineJson.Default.DynoState);
            return spec is null || state is null ? null : (spec, state);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Also of a half-made dyno, whose state was never written: a supervisor names the dyno in its arguments.</summary>
    public ProcessIdentity? FindSupervisor()
    {
        if (Read() is var (_, state))
            return state.Supervisor;
        return ReadPid(SupervisorPid) is { } pid && ProcessStat.HasArgument(pid, Name) ? ProcessIdentity.Find(pid) : null;
    }

    public static int? ReadPid(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes the folder. What a dyno wrote may be deep, odd and unreadable, so the system's own tool does it.</summary>
    public async Task RemoveAsync(CancellationToken ct)
    {
        if (Directory.Exists(Path))
            await ProcessRunner.RunCheckedAsync(RemoveCommand(Path), ct);
    }

    internal static Command RemoveCommand(string path) => Command.Of("rm", "-rf", "--one-file-system", "--", path);
}
