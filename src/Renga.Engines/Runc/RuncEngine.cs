using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Renga.Engines.Native;
using Renga.Engines.Scripts;
using Renga.Engines.State;
using Renga.Engines.Supervision;
using Renga.Processes;

namespace Renga.Engines.Runc;

/// <summary>
/// Runs dynos as isolated containers: runc makes them, a supervisor each holds them, and both outlive us.
/// All truth is in files, mounts and the kernel; this object only remembers what it would find again.
/// </summary>
public sealed class RuncEngine : IDynoEngine, IOutputCursor, IEngineTearDown, IAsyncDisposable
{
    private const int FirstPort = 10000;
    private const int LastPort = 29999;
    private static readonly ImmutableDictionary<string, string?> SupervisorEnvironment = ImmutableDictionary<string, string?>.Empty
        .Add("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").Add("LC_ALL", "C.UTF-8");

    private readonly EnginesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly EngineScripts _scripts;
    private readonly FileWatch _watch;
    private readonly RuncPaths _paths;
    private readonly Cgroups _groups;
    private readonly Machine _machine;
    private readonly SlotLocks _locks;
    private readonly SlotPool _pool;
    private readonly DiskTemplates _disks;
    private readonly StackImages _stacks;
    private readonly DynoTable _dynos = new();
    private readonly ConcurrentDictionary<Guid, ReadySlot> _slots = [];
    private readonly long _openFiles;
    private ImmutableArray<string> _supervisorGroups = [];
    private int _disposed;

    public RuncEngine(EnginesOptions options, TimeProvider time, ILogger<RuncEngine> log)
    {
        _options = options;
        _time = time;
        _log = log;
        _watch = new FileWatch(time);
        _scripts = new EngineScripts(Path.Combine(options.Folder, "bin"));
        _paths = new RuncPaths(options);
        _groups = Cgroups.Detect();
        _machine = new Machine(options, _paths, _groups, log);
        _locks = new SlotLocks(_paths.Slots, options);
        _pool = new SlotPool(options, _locks, _machine, log);
        _disks = new DiskTemplates(_paths.Platform, options.InodesPerMegabyte);
        _stacks = new StackImages(_paths);
        _openFiles = ProcessLimits.OpenFiles();
    }

    public EngineCapabilities Capabilities { get; } = new("runc", Isolated: true, EnforcesLimits: true);

    /// <summary>
    /// 1. Set the machine up.
    /// 2. Adopt whole dynos, whether they run or have ended; remove half-made ones.
    /// 3. Remove what belongs to no dyno: mounts, runtime state, control groups, networks.
    /// 4. Make networks ready for the next dynos.
    /// </summary>
    public async Task<IReadOnlyList<RecoveredDyno>> RecoverAsync(CancellationToken ct)
    {
        // 1.
        Directory.CreateDirectory(_options.Folder);
        _scripts.Install();
        await _machine.SetUpAsync(ct);
        _supervisorGroups = _groups.Enter(_machine.Group + "/supervisors");

        // 2.
        var recovered = new List<RecoveredDyno>();
        foreach (var folder in DynoFolder.All(_options.Folder))
        {
            if (folder.Read() is not var (spec, state) || state.Slot is not { } slot)
            {
                EnginesLog.HalfMade(_log, folder.Id);
                await RemoveAsync(folder, ct);
                continue;
            }

            _stacks.Adopt(spec.Id, spec.StackImage);
            var dyno = Track(folder, spec, state, new ReadySlot(_locks.Slot(slot), null));
            if (dyno.ReadExit() is null && !state.Supervisor.IsAlive)
                await dyno.WriteOffAsync(ct);
            recovered.Add(new RecoveredDyno(spec, dyno.Created, state.CreatedAt, HasStarted(folder), dyno.ReadExit(), dyno.OutputPosition));
        }

        // 3.
        await RemoveLeftoversAsync(ct);

        // 4.
        _pool.Fill();
        return recovered;
    }

    /// <summary>
    /// 1. Write down what it is to be.
    /// 2. Take a slot: a range of users and a network.
    /// 3. Make its files.
    /// 4. Start the supervisor, which has the runtime make the container; its process 1 waits.
    /// 5. Write down that it is whole.
    /// </summary>
    public async Task<CreatedDyno> CreateAsync(DynoSpec spec, CancellationToken ct)
    {
        var folder = new DynoFolder(_options.Folder, spec.Id);
        try
        {
            // 1.
            folder.Make();
            await folder.WriteSpecAsync(spec, ct);

            // 2.
            var slot = _slots[spec.Id] = await _pool.TakeAsync(ct);
            var firstUser = _machine.IdMapping ? slot.Slot.FirstUser : CanonicalOwner.RangeStart;
            int? port = spec.ListensOnPort ? Random.Shared.Next(FirstPort, LastPort + 1) : null;

            // 3.
            var paths = _paths.Of(folder);
            var stack = _stacks.Take(spec.Id, spec.StackImage);
            await DynoFileSystem.MakeAsync(spec, folder, paths, stack, slot, firstUser, _options, _disks, ct);

            // 4.
            var config = new OciConfig(spec, folder, paths, stack, slot.Slot, firstUser, port, GroupOf(folder), _groups.LimitsSwap, _openFiles);
            await File.WriteAllTextAsync(Path.Combine(folder.Bundle, "config.json"), config.Build().ToJsonString(), ct);
            var (supervisor, init) = await SupervisorLauncher.LaunchAsync(folder, LaunchCommand(spec, folder), ct);
            _groups.Apply(GroupOf(folder), spec.Limits);

            // 5.
            var endpoint = port is null ? null : new IPEndPoint(slot.Slot.Dyno, port.Value).ToString();
            var state = new DynoState { CreatedAt = _time.GetUtcNow(), Supervisor = supervisor, Init = init, Endpoint = endpoint, Slot = slot.Slot.Number };
            await folder.WriteStateAsync(state, ct);
            return Track(folder, spec, state, slot).Created;
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
        await StartGate.OpenAsync(GateOf(dyno.Folder), dyno.State.Init, _time, ct);
    }

    public Task<IDynoTerminal> AttachAsync(Guid id, CancellationToken ct) => _dynos.Get(id).AttachAsync(ct);

    public IAsyncEnumerable<DynoOutput> ReadOutputAsync(Guid id, long position, CancellationToken ct) => _dynos.Get(id).ReadOutputAsync(position, ct);

    public void Acknowledge(Guid id, long position) => _dynos.Find(id)?.Acknowledge(position);

    public Task<DynoExit> WaitAsync(Guid id, CancellationToken ct) => _dynos.Get(id).WaitAsync(ct);

    public Task SignalAsync(Guid id, DynoSignal signal, CancellationToken ct)
    {
        if (_dynos.Find(id) is not { } dyno || dyno.ReadExit() is not null || !dyno.State.Init.IsAlive)
            return Task.CompletedTask;
        var init = dyno.State.Init.Pid;
        if (signal == DynoSignal.Kill)
        {
            // With process 1 the kernel kills all others, at once and without a race against new ones.
            _ = Libc.Kill(init, (int)signal);
            return Task.CompletedTask;
        }

        foreach (var process in _groups.Processes(GroupOf(dyno.Folder)))
        {
            if (process != init)
                _ = Libc.Kill(process, (int)signal);
        }

        return Task.CompletedTask;
    }

    public Task DestroyAsync(Guid id, CancellationToken ct)
    {
        _dynos.Remove(id);
        return RemoveAsync(new DynoFolder(_options.Folder, id), ct);
    }

    public Task<long?> ReadMemoryAsync(Guid id, CancellationToken ct) =>
        Task.FromResult(_dynos.Find(id) is { } dyno && dyno.ReadExit() is null ? _groups.MemoryInUse(GroupOf(dyno.Folder)) : null);

    public async Task TearDownAsync(CancellationToken ct)
    {
        foreach (var folder in Directory.Exists(_options.Folder) ? DynoFolder.All(_options.Folder) : [])
        {
            _dynos.Remove(folder.Id);
            await RemoveAsync(folder, ct);
        }

        await _pool.DrainAsync(ct);
        await RemoveLeftoversAsync(ct);
        await _machine.TearDownAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        // A container that knows this object by several names disposes it as often.
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _pool.DisposeAsync();
        _dynos.Dispose();
        _watch.Dispose();
    }

    private Command LaunchCommand(DynoSpec spec, DynoFolder folder) =>
        new SupervisorCommand(folder, _scripts.Launch, Programs.Get("runc"), RuncCommands.Global(_paths), spec.Interactive, _options.OutputBytes, _supervisorGroups).Build() with
        {
            // Nothing of ours is for the dyno's supervisor; it reads its arguments by its locale.
            ClearEnvironment = true,
            Environment = SupervisorEnvironment,
        };

    private SupervisedDyno Track(DynoFolder folder, DynoSpec spec, DynoState state, ReadySlot slot)
    {
        var work = _paths.Of(folder).Work;
        var dyno = new SupervisedDyno(folder, spec, state, _watch, work, d => new LimitsHit(_groups.RanOutOfMemory(GroupOf(d.Folder)), _groups.RanOutOfProcesses(GroupOf(d.Folder))));
        _slots[spec.Id] = slot;
        _dynos.Add(dyno);
        return dyno;
    }

    private string GroupOf(DynoFolder folder) => _machine.Group + "/" + folder.Name;

    /// <summary>The runtime holds a dyno at this pipe until it is started, and removes it then.</summary>
    private bool HasStarted(DynoFolder folder) => !File.Exists(GateOf(folder));

    private string GateOf(DynoFolder folder) => Path.Combine(_paths.Runtime, folder.Name, "exec.fifo");

    /// <summary>
    /// 1. Kill the dyno, and let its supervisor go.
    /// 2. Mounts and files.
    /// 3. The slot, for the next dyno.
    /// 4. The folder, last: as long as it is there, we know that there is something to remove.
    /// </summary>
    private async Task RemoveAsync(DynoFolder folder, CancellationToken ct)
    {
        // 1.
        await ProcessRunner.RunCheckedAsync(RuncCommands.Delete(_paths, folder.Name), ct);
        if (folder.FindSupervisor() is { } supervisor)
            await supervisor.KillAsync(_time, ct);
        _groups.Remove(GroupOf(folder));

        // 2.
        await DynoFileSystem.RemoveAsync(_paths.Of(folder), ct);
        _stacks.Release(folder.Id);

        // 3.
        if (_slots.TryRemove(folder.Id, out var slot))
            await _pool.ReleaseAsync(slot.Slot, slot.Space, ct);

        // 4.
        await folder.RemoveAsync(ct);
    }

    private async Task RemoveLeftoversAsync(CancellationToken ct)
    {
        var known = _dynos.All.Select(static d => d.Folder.Name).ToHashSet();
        foreach (var name in Names(_paths.Runtime).Where(n => !known.Contains(n)))
            await ProcessRunner.RunCheckedAsync(RuncCommands.Delete(_paths, name), ct);
        foreach (var name in Names(_paths.Dynos).Where(n => !known.Contains(n)))
            await DynoFileSystem.RemoveAsync(new DynoPaths(Path.Combine(_paths.Dynos, name)), ct);
        foreach (var name in _groups.Below(_machine.Group).Where(n => n != "supervisors" && !known.Contains(n)))
            _groups.Remove(_machine.Group + "/" + name);

        _stacks.RemoveUnused();

        var used = _slots.Values.Select(static s => s.Slot.Number).ToHashSet();
        foreach (var slot in _locks.Mine().Where(s => !used.Contains(s.Number)).Concat(_locks.ReleaseStale()))
            await _pool.RemoveAsync(slot, ct);
    }

    private static List<string> Names(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(static d => Path.GetFileName(d))] : [];
}
