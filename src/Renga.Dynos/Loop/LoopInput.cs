using System.Collections.Immutable;
using Renga.Dynos.Formation;
using Renga.Model;
using Renga.Model.Dynos;

namespace Renga.Dynos.Loop;

/// <summary>What the loop reads from its channel.</summary>
internal abstract record LoopInput
{
    /// <summary>Something happened.</summary>
    internal sealed record Happened(Guid AppId, DynoFact Fact) : LoopInput;

    /// <summary>One app's desired state.</summary>
    /// <param name="Sequence">Of the moment the read began: a read that began later knows at least as much.</param>
    internal sealed record ReadOne(long Sequence, Guid AppId, DesiredApp? Desired) : LoopInput;

    /// <summary>The whole desired state.</summary>
    internal sealed record ReadAll(long Sequence, ImmutableArray<DesiredApp> Desired) : LoopInput;

    /// <summary>A restart or stop that someone waits for.</summary>
    internal sealed record Asked(Guid AppId, DynoSelector Selector, DynoFact Fact, TaskCompletionSource<Result<int>> Answer) : LoopInput;

    /// <summary>A one-off dyno that someone waits for. Its name is chosen by the loop, which alone knows the names in use.</summary>
    internal sealed record RunAsked(Guid AppId, DynoRecord Dyno, string AccountEmail, TaskCompletionSource<Result<DynoInfo>> Answer) : LoopInput;

    /// <summary>Nothing but a reason to turn: a timer is due or an app waits to be looked at.</summary>
    internal sealed record Turn : LoopInput
    {
        public static Turn Instance { get; } = new();
    }
}
