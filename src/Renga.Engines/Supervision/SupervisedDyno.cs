using System.Globalization;
using System.Net;
using Renga.Engines.Native;
using Renga.Engines.State;

namespace Renga.Engines.Supervision;

/// <summary>A created dyno and what its supervisor tells about it. Everything here comes from files and the kernel, so it is the same after a restart of ours.</summary>
internal sealed class SupervisedDyno : IDisposable
{
    private readonly FileWatch _watch;
    private readonly string _workFolder;
    private readonly OutputFiles _files;
    private readonly OutputCursorFile _cursor;
    private readonly Func<SupervisedDyno, LimitsHit> _limitsHit;

    public SupervisedDyno(DynoFolder folder, DynoSpec spec, DynoState state, FileWatch watch, string workFolder, Func<SupervisedDyno, LimitsHit> limitsHit)
    {
        _workFolder = workFolder;
        Folder = folder;
        Spec = spec;
        State = state;
        _watch = watch;
        _limitsHit = limitsHit;
        _files = new OutputFiles(folder);
        _files.Adopt();
        _cursor = new OutputCursorFile(folder.Cursor);
    }

    public DynoFolder Folder { get; }

    public DynoSpec Spec { get; }

    public DynoState State { get; }

    public CreatedDyno Created => new(Spec.Id, State.Endpoint is null ? null : IPEndPoint.Parse(State.Endpoint), _workFolder);

    public long OutputPosition => _cursor.Position;

    /// <summary>How it ended; null while it has not.</summary>
    public DynoExit? ReadExit() => ExitFile.Read(Folder) is var (status, at) && _limitsHit(this) is var hit ? new DynoExit(status, hit.Memory, at) { OutOfProcesses = hit.Processes } : null;

    public async Task<DynoExit> WaitAsync(CancellationToken ct)
    {
        while (true)
        {
            var changed = ArmExit();
            var supervised = State.Supervisor.IsAlive;
            if (ReadExit() is { } exit)
                return exit;
            if (!supervised)
                await WriteOffAsync(ct);
            else
                await _watch.WaitAsync(changed, ct);
        }
    }

    /// <summary>Its supervisor was killed: nobody will ever say how the dyno ends, so it ends now.</summary>
    public async Task WriteOffAsync(CancellationToken ct)
    {
        if (State.Init.IsAlive)
            _ = Libc.Kill(State.Init.Pid, (int)DynoSignal.Kill);
        await ExitFile.WriteLostAsync(Folder, ct);
    }

    public IAsyncEnumerable<DynoOutput> ReadOutputAsync(long position, CancellationToken ct) =>
        new OutputReader(_files, _watch, ArmExit, () => File.Exists(Folder.Exit)).ReadAsync(position, ct);

    public void Acknowledge(long position)
    {
        _cursor.Write(position);
        _files.RemoveBefore(position);
    }

    public async Task<IDynoTerminal> AttachAsync(CancellationToken ct)
    {
        if (Spec.Interactive is not { } mode)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Dyno {Spec.Id} was not created to be attached to."));
        return await AttachedTerminal.ConnectAsync(Folder, mode.Terminal, ct);
    }

    private Task ArmExit() => _watch.Arm(Folder.ExitFolder, Libc.InMovedTo | Libc.InCreate);

    public void Dispose() => _cursor.Dispose();
}

/// <summary>Which limits the kernel held a dyno to.</summary>
internal readonly record struct LimitsHit(bool Memory, bool Processes);
