using System.Net;
using Renga.Engines;

namespace Renga.Conformance;

/// <summary>A dyno of <see cref="FakeDynoEngine"/>.</summary>
internal sealed class FakeDyno(DynoSpec spec, IPEndPoint? endpoint, DateTimeOffset createdAt)
{
    private static long _lastSequence;
    private readonly Lock _gate = new();
    private readonly List<DynoOutput> _output = [];
    private readonly TaskCompletionSource<DynoExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _bound;
    private volatile bool _started;
    private long _acknowledged;

    public DynoSpec Spec { get; } = spec;

    public IPEndPoint? Endpoint { get; } = endpoint;

    public CreatedDyno Created { get; } = new(spec.Id, endpoint, "/nowhere");

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public long Sequence { get; } = Interlocked.Increment(ref _lastSequence);

    public FakeTerminal Terminal { get; } = new();

    public bool Bound { get => _bound; set => _bound = value; }

    public bool Started { get => _started; set => _started = value; }

    public long Acknowledged { get => Interlocked.Read(ref _acknowledged); set => Interlocked.Exchange(ref _acknowledged, value); }

    public Task<DynoExit> Ended => _ended.Task;

    public bool IsOver => Exit is not null;

    public DynoExit? Exit { get; private set; }

    public bool End(DynoExit exit)
    {
        lock (_gate)
        {
            if (Exit is not null)
                return false;
            Exit = exit;
        }

        _ended.SetResult(exit);
        Terminal.End();
        Signal();
        return true;
    }

    public void Write(ReadOnlyMemory<byte> bytes, bool endsLine, bool isError, DateTimeOffset at)
    {
        lock (_gate)
            _output.Add(new DynoOutput(_output.Count + 1, at, isError, bytes, endsLine));
        Signal();
    }

    /// <summary>The piece after a position (positions count pieces), or null when there will be none.</summary>
    public async Task<DynoOutput?> NextOutputAsync(long position, CancellationToken ct)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (position < _output.Count)
                    return _output[(int)position];
                if (IsOver)
                    return null;
                changed = _changed.Task;
            }

            await changed.WaitAsync(ct);
        }
    }

    private void Signal()
    {
        lock (_gate)
        {
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
