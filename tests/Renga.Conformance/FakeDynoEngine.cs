using System.Net;
using System.Runtime.CompilerServices;
using Renga.Engines;

namespace Renga.Conformance;

/// <summary>
/// An engine without processes, for tests that script what dynos do: <see cref="CrashDyno"/>, <see cref="BindPort"/>, <see cref="FailNextCreates"/> ...
/// Dynos are addressed by host name, which the dyno manager sets to their name (the newest of that name is meant). It outlives the dyno manager that a test
/// throws away, as a real engine's dynos do.
/// </summary>
public sealed class FakeDynoEngine(TimeProvider time) : IDynoEngine, IOutputCursor
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, FakeDyno> _dynos = [];
    private readonly Queue<Exception> _createFailures = new();
    private readonly HashSet<string> _neverBind = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ignoreTerminate = new(StringComparer.Ordinal);
    private readonly Dictionary<int, FakeDyno> _ports = [];
    private int _lastPort = 1024;

    public EngineCapabilities Capabilities { get; } = new("fake", Isolated: true, EnforcesLimits: true);

    /// <summary>Web dynos bind their port as soon as they run. Default true.</summary>
    public bool BindsAtOnce { get; set; } = true;

    /// <summary>More dynos than this at one time find no room.</summary>
    public int? Room { get; set; }

    /// <summary>What runs now.</summary>
    public IReadOnlyList<DynoSpec> Running
    {
        get
        {
            lock (_gate)
                return [.. _dynos.Values.Where(static d => d is { Started: true, IsOver: false }).Select(static d => d.Spec)];
        }
    }

    /// <summary>Dynos that the engine has anything of.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _dynos.Count;
        }
    }

    /// <summary>Every dyno that was ever made, in order.</summary>
    public IReadOnlyList<DynoSpec> Made
    {
        get
        {
            lock (_gate)
                return [.. _made];
        }
    }

    private readonly List<DynoSpec> _made = [];

    /// <summary>Every signal that was sent: host name and signal.</summary>
    public IReadOnlyList<(string Name, DynoSignal Signal)> Signals
    {
        get
        {
            lock (_gate)
                return [.. _signals];
        }
    }

    private readonly List<(string Name, DynoSignal Signal)> _signals = [];

    /// <summary>Its process ends by itself; false when none of that name runs.</summary>
    public bool CrashDyno(string name, int status = 1, bool outOfMemory = false) => Newest(name) is { } dyno && dyno.End(new DynoExit(status, outOfMemory, time.GetUtcNow()));

    /// <summary>It accepts connections from now on.</summary>
    public bool BindPort(string name)
    {
        if (Newest(name) is not { } dyno)
            return false;
        dyno.Bound = true;
        return true;
    }

    /// <summary>Dynos of this name never accept connections, until <see cref="BindAgain"/>.</summary>
    public void NeverBind(string name)
    {
        lock (_gate)
            _neverBind.Add(name);
    }

    public void BindAgain(string name)
    {
        lock (_gate)
            _neverBind.Remove(name);
    }

    /// <summary>Dynos of this name end by SIGKILL only.</summary>
    public void IgnoreTerminate(string name, bool ignore = true)
    {
        lock (_gate)
        {
            if (ignore)
                _ignoreTerminate.Add(name);
            else
                _ignoreTerminate.Remove(name);
        }
    }

    public void FailNextCreates(int count, Exception? error = null)
    {
        lock (_gate)
        {
            for (var i = 0; i < count; i++)
                _createFailures.Enqueue(error ?? new IOException("the engine is broken, as the test wants"));
        }
    }

    /// <summary>It writes to its stdout.</summary>
    public void Write(string name, ReadOnlyMemory<byte> bytes, bool endsLine = true, bool isError = false) => Newest(name)?.Write(bytes, endsLine, isError, time.GetUtcNow());

    /// <summary>How far the output of a dyno was acknowledged.</summary>
    public long Acknowledged(string name) => Newest(name)?.Acknowledged ?? 0;

    /// <summary>The terminal of an attached dyno: the dyno's side.</summary>
    public FakeTerminal? Terminal(string name) => Newest(name)?.Terminal;

    /// <summary>What a port probe would find.</summary>
    public bool Accepts(IPEndPoint endpoint)
    {
        lock (_gate)
            return _ports.TryGetValue(endpoint.Port, out var dyno) && dyno is { Started: true, IsOver: false, Bound: true };
    }

    public async Task<IReadOnlyList<RecoveredDyno>> RecoverAsync(CancellationToken ct)
    {
        await Task.Yield();
        lock (_gate)
            return [.. _dynos.Values.Select(static d => new RecoveredDyno(d.Spec, d.Created, d.CreatedAt, d.Started, d.Exit, d.Acknowledged))];
    }

    public async Task<CreatedDyno> CreateAsync(DynoSpec spec, CancellationToken ct)
    {
        await Task.Yield();
        lock (_gate)
        {
            if (_createFailures.TryDequeue(out var failure))
                throw failure;
            if (Room is { } room && _dynos.Values.Count(static d => !d.IsOver) >= room)
                throw new NoRoomException("no room for one more dyno");
            var dyno = new FakeDyno(spec, spec.ListensOnPort ? new IPEndPoint(IPAddress.Loopback, ++_lastPort) : null, time.GetUtcNow());
            _dynos.Add(spec.Id, dyno);
            if (dyno.Endpoint is { } endpoint)
                _ports[endpoint.Port] = dyno;
            _made.Add(spec);
            return dyno.Created;
        }
    }

    public async Task StartAsync(Guid id, CancellationToken ct)
    {
        await Task.Yield();
        lock (_gate)
        {
            var dyno = _dynos[id];
            dyno.Bound = BindsAtOnce && !_neverBind.Contains(dyno.Spec.Hostname);
            dyno.Started = true;
        }
    }

    public Task<IDynoTerminal> AttachAsync(Guid id, CancellationToken ct) => Task.FromResult<IDynoTerminal>(Get(id).Terminal);

    public async IAsyncEnumerable<DynoOutput> ReadOutputAsync(Guid id, long position, [EnumeratorCancellation] CancellationToken ct)
    {
        var dyno = Get(id);
        while (await dyno.NextOutputAsync(position, ct) is { } output)
        {
            position = output.Position;
            yield return output;
        }
    }

    public async Task<DynoExit> WaitAsync(Guid id, CancellationToken ct) => await Get(id).Ended.WaitAsync(ct);

    public async Task SignalAsync(Guid id, DynoSignal signal, CancellationToken ct)
    {
        await Task.Yield();
        FakeDyno? dyno;
        bool ends;
        lock (_gate)
        {
            if (!_dynos.TryGetValue(id, out dyno))
                return;
            _signals.Add((dyno.Spec.Hostname, signal));
            ends = signal == DynoSignal.Kill || !_ignoreTerminate.Contains(dyno.Spec.Hostname);
        }

        if (ends)
            dyno.End(new DynoExit(128 + (int)signal, false, time.GetUtcNow()));
    }

    public async Task DestroyAsync(Guid id, CancellationToken ct)
    {
        await Task.Yield();
        FakeDyno? dyno;
        lock (_gate)
            _dynos.Remove(id, out dyno);
        dyno?.End(new DynoExit(137, false, time.GetUtcNow()));
    }

    public Task<long?> ReadMemoryAsync(Guid id, CancellationToken ct) => Task.FromResult<long?>(64 * 1024 * 1024);

    public void Acknowledge(Guid id, long position)
    {
        lock (_gate)
        {
            if (_dynos.TryGetValue(id, out var dyno))
                dyno.Acknowledged = position;
        }
    }

    /// <summary>Ends the first running dyno whose index this is, for simulations; false when none runs.</summary>
    public bool CrashAny(int index, int status)
    {
        FakeDyno[] running;
        lock (_gate)
            running = [.. _dynos.Values.Where(static d => d is { Started: true, IsOver: false })];
        return running.Length > 0 && running[index % running.Length].End(new DynoExit(status, false, time.GetUtcNow()));
    }

    private FakeDyno Get(Guid id)
    {
        lock (_gate)
            return _dynos.TryGetValue(id, out var dyno) ? dyno : throw new InvalidOperationException($"no dyno {id}");
    }

    private FakeDyno? Newest(string name)
    {
        lock (_gate)
            return _dynos.Values.Where(d => d.Spec.Hostname == name && !d.IsOver).MaxBy(static d => d.Sequence);
    }
}
