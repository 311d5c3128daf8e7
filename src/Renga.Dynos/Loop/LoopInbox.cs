using System.Collections.Immutable;
using System.Threading.Channels;
using Renga.Dynos.Formation;

namespace Renga.Dynos.Loop;

/// <summary>The one bounded channel into the loop. Facts wait for room; "look again" never does, because it only adds an app to a set.</summary>
internal sealed class LoopInbox(DynosOptions options)
{
    private readonly Channel<LoopInput> _channel = Channel.CreateBounded<LoopInput>(new BoundedChannelOptions(options.InboxCapacity) { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _lookAgain = [];

    /// <summary>For the loop only.</summary>
    public ChannelReader<LoopInput> Reader => _channel.Reader;

    public ValueTask PostAsync(Guid appId, DynoFact fact, CancellationToken ct) => PostAsync(new LoopInput.Happened(appId, fact), ct);

    public ValueTask PostAsync(LoopInput input, CancellationToken ct) => _channel.Writer.WriteAsync(input, ct);

    /// <summary>Wakes the loop. When the channel is full it is awake.</summary>
    public void Turn() => _channel.Writer.TryWrite(LoopInput.Turn.Instance);

    public void LookAgain(Guid appId)
    {
        lock (_gate)
            _lookAgain.Add(appId);
        Turn();
    }

    /// <summary>For the loop only: the apps to look at, each once.</summary>
    public ImmutableArray<Guid> TakeLookAgain()
    {
        lock (_gate)
        {
            if (_lookAgain.Count == 0)
                return [];
            var taken = _lookAgain.ToImmutableArray();
            _lookAgain.Clear();
            return taken;
        }
    }
}
