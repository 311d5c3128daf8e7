using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Renga.Engines.Native;
using Renga.Engines.Scripts;
using Renga.Engines.State;
using Renga.Engines.Supervision;
using Renga.Processes;

namespace Renga.Engines.Plain;

/// <summary>
/// Runs dynos as plain processes of this machine: for a laptop, where nothing else is allowed. They are not isolated and their limits do not hold.
/// Each has a supervisor like a real dyno's, so output, exit and attaching work the same, and it outlives us.
/// </summary>
public sealed class ProcessEngine : IDynoEngine, IOutputCursor, IEngineTearDown, IDisposable
{
    private readonly EnginesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly EngineScripts _scripts;
    private readonly FileWatch _watch;
    private readonly DynoTable _dynos = new();
    private readonly ConcurrentDictionary<int, Guid> _ports = [];

    public ProcessEngine(EnginesOptions options, TimeProvider time, ILogger<ProcessEngine> log)
    {
        _options = options;
        _time = time;
        _log = log;
        _watch = new FileWatch(time);
        Directory.CreateDirectory(options.Folder);
        _scripts = new EngineScripts(Path.Combine(options.Folder, "bin"));
        _scripts.Install();
    }

    public EngineCapabilities Capabilities { get; } = new("process", Isolated: false, EnforcesLimits: false);

    public async Task<IReadOnlyList<RecoveredDyno>> RecoverAsync(CancellationToken ct)
    {
        var recovered = new List<RecoveredDyno>();
        foreach (var folder in DynoFolder.All(_options.Folder))
        {
            if (folder.Read() is not var (spec, state))
            {
                EnginesLog.HalfMade(_log, folder.Id);
                await RemoveAsync(folder, ct);
                continue;
            }

            var dyno = new SupervisedDyno(folder, spec, state, _watch, folder.Work, static _ => default);
            if (dyno.ReadExit() is null && !state.Supervisor.IsAlive)
                await dyno.WriteOffAsync(ct);
            _dynos.Add(dyno);
            if (dyno.Created.Endpoint is { } endpoint)
                _ports[endpoint.Port] = folder.Id;
            recovered.Add(new RecoveredDyno(spec, dyno.Created, state.CreatedAt, Started: !File.Exists(StartPipe(folder)), dyno.ReadExit(), dyno.OutputPosition));
        }

        return recovered;
    }

    /// <summary>
    /// 1. Make the folders, and write down what it is to be.
    /// 2. Unpack the slug.
    /// 3. Pick a port.
    /// 4. Start the supervisor, which starts a process that waits.
    /// 5. Write down that it is whole.
    /// </summary>
    public async Task<CreatedDyno> CreateAsync(DynoSpec spec, CancellationToken ct)
    {
        if (spec.StackImage is not null)
            throw new EngineException($"The process engine runs dynos on this machine's own programs and cannot give them the stack {spec.Stack}. Use the runc engine, or set the app's stack to host and deploy again.");
        var folder = new DynoFolder(_options.Folder, spec.Id);
        try
        {
            // 1.
            folder.Make();
            Directory.CreateDirectory(folder.Temporary);
            await folder.WriteSpecAsync(spec, ct);
            MakeMounts(spec);

            // 2.
            Directory.CreateDirectory(folder.App);
            if (spec.SlugImage is { } image)
                await ProcessRunner.RunCheckedAsync(UnpackCommand(image, folder), ct);

            // 3.
            int? port = spec.ListensOnPort ? ReservePort(spec.Id) : null;

            // 4.
            await File.WriteAllTextAsync(WordsFile(folder), string.Concat(PlainPaths.Arguments(spec, PlainPaths.Map(spec, folder)).Select(static w => w + '\0')), ct);
            await ProcessRunner.RunCheckedAsync(Command.Of("mkfifo", "--mode=600", StartPipe(folder)), ct);
            var (supervisor, init) = await SupervisorLauncher.LaunchAsync(folder, LaunchCommand(spec, folder, port), ct);

            // 5.
            var endpoint = port is null ? null : new IPEndPoint(IPAddress.Loopback, port.Value).ToString();
            var state = new DynoState { CreatedAt = _time.GetUtcNow(), Supervisor = supervisor, Init = init, Endpoint = endpoint };
            await folder.WriteStateAsync(state, ct);
            var dyno = new SupervisedDyno(folder, spec, state, _watch, folder.Work, static _ => default);
            _dynos.Add(dyno);
            return dyno.Created;
        }
        catch
        {
            await EnginesLog.GuardAsync(_log, folder.Id, () => RemoveAsync(folder, CancellationToken.None));
            throw;
        }
    }

    public async Task StartAsync(Guid id, CancellationToken ct)
    {
        var dyno = _dynos.Get(id);
        var told = false;
        // Until the waiting process has removed the pipe: from then on it counts as started, also after a restart of ours.
        while (File.Exists(StartPipe(dyno.Folder)) && dyno.State.Init.IsAlive)
        {
            // Without blocking: the pipe opens once the waiting process has opened its end, a moment after creation.
            using var pipe = told ? null : Libc.TryOpen(StartPipe(dyno.Folder), Libc.WriteOnly | Libc.NonBlocking, out _);
            told |= pipe is not null && Libc.Write(pipe, "go\n"u8, 3) == 3;
            await Task.Delay(TimeSpan.FromMilliseconds(1), _time, ct);
        }
    }

    public Task<IDynoTerminal> AttachAsync(Guid id, CancellationToken ct) => _dynos.Get(id).AttachAsync(ct);

    public IAsyncEnumerable<DynoOutput> ReadOutputAsync(Guid id, long position, CancellationToken ct) => _dynos.Get(id).ReadOutputAsync(position, ct);

    public void Acknowledge(Guid id, long position) => _dynos.Find(id)?.Acknowledge(position);

    public Task<DynoExit> WaitAsync(Guid id, CancellationToken ct) => _dynos.Get(id).WaitAsync(ct);

    public Task SignalAsync(Guid id, DynoSignal signal, CancellationToken ct)
    {
        if (_dynos.Find(id) is { } dyno && dyno.ReadExit() is null)
            Signal(dyno.State.Supervisor, signal);
        return Task.CompletedTask;
    }

    public async Task DestroyAsync(Guid id, CancellationToken ct)
    {
        var folder = new DynoFolder(_options.Folder, id);
        _dynos.Remove(id);
        await RemoveAsync(folder, ct);
    }

    public Task<long?> ReadMemoryAsync(Guid id, CancellationToken ct)
    {
        if (_dynos.Find(id) is not { } dyno || dyno.ReadExit() is not null)
            return Task.FromResult<long?>(null);
        long? total = null;
        foreach (var process in ProcessStat.DescendantsOf(dyno.State.Supervisor.Pid))
            total = (total ?? 0) + ProcessStat.ResidentBytes(process.Pid);
        return Task.FromResult(total);
    }

    public async Task TearDownAsync(CancellationToken ct)
    {
        foreach (var folder in DynoFolder.All(_options.Folder))
            await DestroyAsync(folder.Id, ct);
    }

    public void Dispose()
    {
        _dynos.Dispose();
        _watch.Dispose();
    }

    internal static Command UnpackCommand(string image, DynoFolder folder) => Command.Of("unsquashfs", "-quiet", "-no-progress", "-no-xattrs", "-force", "-dest", folder.App, image);

    internal Command LaunchCommand(DynoSpec spec, DynoFolder folder, int? port)
    {
        var map = PlainPaths.Map(spec, folder);
        var environment = PlainPaths.Environment(spec, folder, port, map);
        if (environment.TryGetValue("LC_ALL", out var locale))
            environment = environment.SetItem("RENGA_LC_ALL", locale);
        environment = environment.SetItem("RENGA_GATE", _scripts.PlainGate).SetItem("LC_ALL", "C.UTF-8");
        var words = PlainPaths.Arguments(spec, map);
        if (spec.Interactive is { Terminal: true } mode)
        {
            // The supervisor's own terminals need a real runtime; script(1) makes one behind its pipes.
            words = ["script", "--quiet", "--return", "--flush", "--command", "exec /bin/bash \"$RENGA_TERMINAL\"", "/dev/null"];
            environment = environment.SetItem("RENGA_TERMINAL", _scripts.PlainTerminal).SetItem("RENGA_WORDS", WordsFile(folder))
                .SetItem("RENGA_ROWS", mode.Rows.ToString(CultureInfo.InvariantCulture)).SetItem("RENGA_COLUMNS", mode.Columns.ToString(CultureInfo.InvariantCulture));
        }

        ImmutableArray<string> runtimeArguments = [folder.Path, words.Length.ToString(CultureInfo.InvariantCulture), .. words];
        var interactive = spec.Interactive is null ? null : spec.Interactive with { Terminal = false };
        return new SupervisorCommand(folder, _scripts.Launch, _scripts.PlainRuntime, runtimeArguments, interactive, _options.OutputBytes, []).Build() with { ClearEnvironment = true, Environment = environment };
    }

    private static string WordsFile(DynoFolder folder) => folder.In("words");

    private static string StartPipe(DynoFolder folder) => folder.In("start");

    private static void MakeMounts(DynoSpec spec)
    {
        foreach (var mount in spec.Mounts)
        {
            if (mount.DiskImage is null)
                continue;
            // The image's file says whether there is a persistent disk; whoever wants it empty deletes that.
            if (!File.Exists(mount.Source) && Directory.Exists(PlainPaths.SourceOf(mount)))
                Directory.Delete(PlainPaths.SourceOf(mount), recursive: true);
            Directory.CreateDirectory(PlainPaths.SourceOf(mount));
            File.AppendAllBytes(mount.Source, []);
        }
    }

    private static int Signal(ProcessIdentity supervisor, DynoSignal signal)
    {
        if (!supervisor.IsAlive)
            return 0;
        // The supervisor adopts orphans of the dyno, so the dyno's processes are all of its descendants, whatever they did to hide.
        var processes = ProcessStat.DescendantsOf(supervisor.Pid);
        foreach (var process in processes)
            _ = Libc.Kill(process.Pid, (int)signal);
        return processes.Count(static p => p.State is not ('Z' or 'X'));
    }

    private int ReservePort(Guid id)
    {
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
            if (_ports.TryAdd(port, id))
                return port;
        }
    }

    private async Task RemoveAsync(DynoFolder folder, CancellationToken ct)
    {
        var supervisor = folder.FindSupervisor();
        while (supervisor is not null && Signal(supervisor, DynoSignal.Kill) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(1), _time, ct);
        if (folder.Read() is var (_, state))
            state.Init.KillSession();
        if (supervisor is not null)
            await supervisor.KillAsync(_time, ct);
        await folder.RemoveAsync(ct);
        foreach (var (port, id) in _ports)
        {
            if (id == folder.Id)
                _ports.TryRemove(port, out _);
        }
    }
}
