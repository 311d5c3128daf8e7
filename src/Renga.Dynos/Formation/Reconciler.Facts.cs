using Renga.Engines;
using Renga.Model.Dynos;
using Renga.Model.Logs;

namespace Renga.Dynos.Formation;

/// <summary>What each fact means for the dyno it is about.</summary>
internal sealed partial class Reconciler
{
    private void Take(DynoFact fact)
    {
        switch (fact)
        {
            case DynoFact.DesiredRead read:
                _state = _state with { Desired = read.Desired, IsKnown = true };
                break;
            case DynoFact.Adopted adopted:
                Put(adopted.Dyno);
                Do(new DynoAction.Watch(adopted.Dyno, adopted.OutputPosition));
                break;
            case DynoFact.OneOffAsked asked:
                Do(new DynoAction.Say(LogSource.Api, DynoErrors.StartingFor(asked.Dyno.Command, asked.AccountEmail), LogSource.App));
                TakeOneOff(asked.Dyno);
                break;
            case DynoFact.RestartAsked restart:
                Restart(restart.Selector);
                break;
            case DynoFact.StopAsked stop:
                Stop(stop.Selector);
                break;
            case DynoFact.StackMoved moved:
                Cycle(moved.Version);
                break;
            case DynoFact.Launched launched when Find(launched.Id, DynoPhase.Launching) is { } dyno:
                TakeLaunched(dyno with { Endpoint = launched.Endpoint, StackVersion = launched.StackVersion });
                break;
            case DynoFact.LaunchFailed failed when Find(failed.Id, DynoPhase.Launching) is { } dyno:
                TakeLaunchFailed(dyno, failed);
                break;
            case DynoFact.PortBound bound when Find(bound.Id, DynoPhase.Booting) is { } dyno:
                BeUp(dyno);
                break;
            case DynoFact.Exited exited when _state.Dynos.TryGetValue(exited.Id, out var dyno) && dyno.Phase is > DynoPhase.Launching and < DynoPhase.Ended:
                TakeExit(dyno, exited);
                break;
            case DynoFact.Drained drained when Find(drained.Id, DynoPhase.Draining) is { } dyno:
                Terminate(dyno);
                break;
            case DynoFact.Destroyed destroyed when Find(destroyed.Id, DynoPhase.Destroying) is { } dyno:
                Put(dyno with { Phase = DynoPhase.Gone, Deadline = null });
                break;
            case DynoFact.DestroyFailed failed when Find(failed.Id, DynoPhase.Destroying) is { } dyno:
                Put(dyno with { Deadline = _now + _options.DestroyRetry });
                break;
            case DynoFact.ClientAttached attached when Find(attached.Id, DynoPhase.AwaitingClient) is { OneOff.App: { } app } dyno:
                Launch(dyno, app);
                break;
            case DynoFact.ClientGone gone when _state.Dynos.TryGetValue(gone.Id, out var dyno):
                TakeClientGone(dyno);
                break;
            default:
                // Late, doubled, or about a dyno that is forgotten.
                break;
        }
    }

    private DynoRecord? Find(Guid id, DynoPhase phase) =>
        _state.Dynos.TryGetValue(id, out var dyno) && dyno.Phase == phase ? dyno : null;

    private void TakeLaunched(DynoRecord dyno)
    {
        if (dyno.Leaving)
            Terminate(dyno);
        else if (dyno.ClientGone)
            HangUp(dyno);
        else if (dyno.IsWeb)
            Put(dyno with { Phase = DynoPhase.Booting, Deadline = _now + _options.BootTimeout });
        else
            BeUp(dyno);
    }

    private void BeUp(DynoRecord dyno)
    {
        var up = MoveAloud(dyno, DynoState.Up);
        Put(up with { Phase = DynoPhase.Running, UpSince = dyno.UpSince ?? _now, Deadline = dyno.OneOff?.Until });
    }

    private void TakeLaunchFailed(DynoRecord dyno, DynoFact.LaunchFailed failed)
    {
        _state = _state with { Dynos = _state.Dynos.Remove(dyno.Id) };
        if (dyno.Leaving)
            return;
        if (dyno.OneOff is not null)
        {
            SayWhyNot(dyno, failed, DynoErrors.PlatformError[..DynoErrors.PlatformError.IndexOf(';', StringComparison.Ordinal)]);
            MoveAloud(dyno, DynoState.Complete);
        }
        else if (SlotOf(dyno) is { } slot)
        {
            // With an old dyno in the way there may be room once that has stopped: no reason to wait.
            var history = CrashPolicy.AfterLaunchFailure(_state.HistoryOf(slot), _now, _options);
            var makeRoom = failed.NoRoom && !history.NoRoomForTwo && _state.Dynos.Values.Any(d => d.Name == dyno.Name && d.IsAlive);
            Remember(slot, makeRoom ? history with { NoRoomForTwo = true, NextStartAt = _now } : history);
            if (!makeRoom)
                SayWhyNot(dyno, failed, DynoErrors.PlatformError);
        }
    }

    private void SayWhyNot(DynoRecord dyno, DynoFact.LaunchFailed failed, string otherwise)
    {
        Say(dyno, failed.Checksum is null ? otherwise : DynoErrors.Checksum);
        if (failed.Checksum is not null)
            Say(dyno, failed.Checksum);
    }

    private void TakeExit(DynoRecord dyno, DynoFact.Exited exited)
    {
        if (exited.OutOfMemory)
        {
            Say(dyno, DynoErrors.OutOfMemory);
            Say(dyno, DynoErrors.Killing);
        }

        Say(dyno, DynoErrors.Exited(exited.Status));
        End(dyno);
    }

    /// <summary>Its process is over, as wanted or not.</summary>
    private void End(DynoRecord dyno)
    {
        var ended = dyno with { Phase = DynoPhase.Ended, Deadline = null, Endpoint = null };
        if (dyno.Leaving)
            Put(Move(ended, DynoState.Down));
        else if (dyno.OneOff is not null)
            Put(MoveAloud(ended, DynoState.Complete));
        else
            Crash(ended);
    }

    private void Crash(DynoRecord ended)
    {
        Put(MoveAloud(ended, DynoState.Crashed));
        if (SlotOf(ended) is not { } slot || !slot.Fits(ended))
            return; // Its time was over anyway: its replacement starts with a clean history.
        Remember(slot, CrashPolicy.AfterCrash(_state.HistoryOf(slot), _now - ended.UpSince, _now, _options));
        if (_state.Dynos.Values.FirstOrDefault(d => d.Name == ended.Name && d is { IsCandidate: true, Phase: DynoPhase.Running }) is { } old)
            Say(ended, DynoErrors.KeepsServing(ended.ReleaseVersion, old.ReleaseVersion));
    }

    private void TakeOneOff(DynoRecord dyno)
    {
        if (dyno.OneOff?.Interactive is null)
        {
            Launch(dyno, dyno.OneOff?.App ?? throw new InvalidOperationException($"One-off dyno {dyno.Name} has no release to run."));
            return;
        }

        Say(dyno, DynoErrors.AwaitingClient);
        Put(dyno with { Phase = DynoPhase.AwaitingClient, Deadline = _now + _options.AttachTimeout });
    }

    private void TakeClientGone(DynoRecord dyno)
    {
        if (dyno.Phase == DynoPhase.Launching)
            Put(dyno with { ClientGone = true });
        else if (dyno is { Phase: DynoPhase.Running, Leaving: false })
            HangUp(dyno);
    }

    private void HangUp(DynoRecord dyno)
    {
        Say(dyno, DynoErrors.HangingUp);
        Do(new DynoAction.Signal(dyno.Id, DynoSignal.Hangup));
        Put(dyno with { Phase = DynoPhase.Terminating, ClientGone = true, Deadline = _now + _options.HangupGrace });
    }

    private void Restart(DynoSelector selector)
    {
        foreach (var dyno in Selection.Of(_state, selector).Where(static d => d.OneOff is null))
        {
            if (dyno.IsCandidate)
                Put(dyno with { Superseded = true });
            StartAfresh(dyno.Name);
        }
    }

    /// <summary>As a restart of those that are on another version, but what crashed before counts on.</summary>
    private void Cycle(string version)
    {
        foreach (var dyno in _state.Dynos.Values.Where(d => d.IsBehind(version)))
            Put(dyno with { Superseded = true, Cycling = true });
    }

    private void Stop(DynoSelector selector)
    {
        foreach (var dyno in Selection.Of(_state, selector))
        {
            if (dyno is { IsAlive: true, Leaving: false })
                Retire(dyno with { Stopped = true }, tellState: true);
            StartAfresh(dyno.Name);
        }
    }

    private void StartAfresh(string name) => _state = _state with { Histories = _state.Histories.Remove(name) };

    private Slot? SlotOf(DynoRecord dyno) => dyno.OneOff is null ? Slot.Of(_state.Desired).FirstOrDefault(s => s.Name == dyno.Name) : null;

    private void Remember(Slot slot, SlotHistory history) => _state = _state with { Histories = _state.Histories.SetItem(slot.Name, history) };
}
