using System.Collections.Immutable;
using Renga.Model;
using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>What a step leads to.</summary>
/// <param name="LookAgainAt">When to step again if nothing happens before.</param>
internal sealed record StepOutcome(AppState State, ImmutableArray<DynoAction> Actions, DateTimeOffset? LookAgainAt);

/// <summary>
/// The decision core: what is known of an app, what happened and the time go in; what is to be done comes out. It does no I/O and has no state of its own,
/// so a simulation can run it for millions of steps. It compares desired with actual at every step, whatever the fact was.
/// </summary>
internal sealed partial class Reconciler
{
    private readonly DateTimeOffset _now;
    private readonly DynosOptions _options;
    private readonly Ids _ids;
    private readonly ImmutableArray<DynoAction>.Builder _actions = ImmutableArray.CreateBuilder<DynoAction>();
    private AppState _state;

    private Reconciler(AppState state, DateTimeOffset now, DynosOptions options, Ids ids)
    {
        _state = state;
        _now = now;
        _options = options;
        _ids = ids;
    }

    /// <summary>One step. Without a fact: the time has come to look again.</summary>
    public static StepOutcome Step(AppState state, DynoFact? fact, DateTimeOffset now, DynosOptions options, Ids ids)
    {
        var step = new Reconciler(state, now, options, ids);

        // 1. Take in what happened.
        if (fact is not null)
            step.Take(fact);

        // 2. Act on what took too long.
        step.MeetDeadlines();

        if (step._state.IsKnown)
        {
            // 3. Let go of dynos that nothing wants any more.
            var slots = Slot.Of(step._state.Desired).ToImmutableArray();
            step.RetireUnwanted(slots);

            // 4. Bring each place of the formation to its release.
            step.TendSlots(slots);

            // 5. Forget what no longer matters.
            step.Forget(slots);
        }

        // 6. Remove what has ended.
        step.DestroyEnded();
        return new StepOutcome(step._state, step._actions.ToImmutable(), step.NextDeadline());
    }

    private void RetireUnwanted(ImmutableArray<Slot> slots)
    {
        var names = slots.Select(static s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var dyno in _state.Dynos.Values.OrderByDescending(static d => DynoListing.Number(d.Name)).ThenBy(static d => d.Name, StringComparer.Ordinal))
        {
            var wanted = dyno.OneOff is null ? names.Contains(dyno.Name) : _state.Desired is not null;
            if (!wanted && dyno is { IsAlive: true, Leaving: false })
                Retire(dyno, tellState: true);
        }
    }

    /// <summary>Makes a dyno leave: out of the routes, idle, SIGTERM, grace, SIGKILL.</summary>
    private DynoRecord Retire(DynoRecord dyno, bool tellState)
    {
        var before = dyno.State;
        var leaving = Move(dyno, DynoState.Stopping) with { Leaving = true };
        if (tellState && before is DynoState.Up)
            Say(dyno, $"State changed from {before.Word()} to {DynoState.Down.Word()}");
        switch (dyno.Phase)
        {
            case DynoPhase.AwaitingClient:
                Do(new DynoAction.Withdraw(dyno.Id));
                return Put(Move(leaving, DynoState.Down) with { Phase = DynoPhase.Gone, Deadline = null });
            case DynoPhase.Launching:
                // The engine is at work on it: it is stopped as soon as it runs.
                return Put(leaving);
            case DynoPhase.Draining or DynoPhase.Terminating or DynoPhase.Killing:
                // It is on its way already.
                return Put(leaving);
            case DynoPhase.Running when dyno.IsWeb && _state.Desired is not null:
                Do(new DynoAction.Drain(dyno.Id));
                // The executor keeps the limit; this is the net below it.
                return Put(leaving with { Phase = DynoPhase.Draining, Deadline = _now + _options.DrainLimit + _options.KillWait });
            default:
                return Terminate(leaving);
        }
    }

    private DynoRecord Terminate(DynoRecord dyno)
    {
        Say(dyno, DynoErrors.Terminating);
        Do(new DynoAction.Signal(dyno.Id, Engines.DynoSignal.Terminate));
        return Put(dyno with { Phase = DynoPhase.Terminating, Deadline = _now + _options.StopGrace });
    }

    private DynoRecord Kill(DynoRecord dyno, string line)
    {
        Say(dyno, line);
        Do(new DynoAction.Signal(dyno.Id, Engines.DynoSignal.Kill));
        return Put(dyno with { Phase = DynoPhase.Killing, Deadline = _now + _options.KillWait });
    }

    private void DestroyEnded()
    {
        foreach (var dyno in _state.Dynos.Values.Where(static d => d.Phase == DynoPhase.Ended))
        {
            Do(new DynoAction.Destroy(dyno.Id));
            Put(dyno with { Phase = DynoPhase.Destroying, Deadline = null });
        }
    }

    /// <summary>A crashed dyno stays on the list until its slot has another or is not wanted; everything else goes when the engine has nothing of it.</summary>
    private void Forget(ImmutableArray<Slot> slots)
    {
        var slotOf = slots.ToDictionary(static s => s.Name, StringComparer.Ordinal);
        foreach (var dyno in _state.Dynos.Values.Where(static d => d.Phase == DynoPhase.Gone))
        {
            var keep = dyno is { State: DynoState.Crashed, OneOff: null } && slotOf.TryGetValue(dyno.Name, out var slot) && slot.Fits(dyno)
                && !_state.Dynos.Values.Any(d => d.Name == dyno.Name && slot.Fits(d) && (d.IsCandidate || (d.State == DynoState.Crashed && Age.Compare(d, dyno) > 0)));
            if (!keep)
                _state = _state with { Dynos = _state.Dynos.Remove(dyno.Id) };
        }

        var stale = _state.Histories.Where(h => !slotOf.TryGetValue(h.Key, out var slot) || slot.ReleaseId != h.Value.ReleaseId).Select(static h => h.Key);
        _state = _state with { Histories = _state.Histories.RemoveRange(stale) };
    }

    private DateTimeOffset? NextDeadline()
    {
        DateTimeOffset? next = null;
        foreach (var dyno in _state.Dynos.Values)
            Consider(dyno.Deadline);
        foreach (var history in _state.Histories.Values)
            Consider(history.NextStartAt);
        return next;

        // What is due already was acted on in this step, or waits for a fact.
        void Consider(DateTimeOffset? at)
        {
            if (at > _now && (next is null || at < next))
                next = at;
        }
    }

    private DynoRecord Put(DynoRecord dyno)
    {
        _state = _state with { Dynos = _state.Dynos.SetItem(dyno.Id, dyno) };
        return dyno;
    }

    /// <summary>The only place that changes a state; an illegal step is a bug.</summary>
    private DynoRecord Move(DynoRecord dyno, DynoState to) =>
        dyno.State == to ? dyno : dyno with { State = DynoTransition.Move(dyno.State, to).Value, StateSince = _now };

    private DynoRecord MoveAloud(DynoRecord dyno, DynoState to)
    {
        if (dyno.State != to)
            Say(dyno, $"State changed from {dyno.State.Word()} to {to.Word()}");
        return Move(dyno, to);
    }

    private void Say(DynoRecord dyno, string text) => Do(new DynoAction.Say(dyno.Name, text));

    private void Do(DynoAction action) => _actions.Add(action);
}
