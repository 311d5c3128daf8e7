using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>What happens to a dyno that was in one phase for too long.</summary>
internal sealed partial class Reconciler
{
    private void MeetDeadlines()
    {
        foreach (var dyno in _state.Dynos.Values.Where(d => d.Deadline <= _now))
        {
            switch (dyno.Phase)
            {
                case DynoPhase.AwaitingClient:
                    Say(dyno, DynoErrors.AttachError);
                    Do(new DynoAction.Withdraw(dyno.Id));
                    Put(MoveAloud(dyno, DynoState.Complete) with { Phase = DynoPhase.Gone, Deadline = null });
                    break;
                case DynoPhase.Booting:
                    Say(dyno, DynoErrors.BootTimeout(_options));
                    Kill(dyno, DynoErrors.Killing);
                    break;
                case DynoPhase.Running:
                    // A one-off dyno has lived its time.
                    Retire(dyno, tellState: true);
                    break;
                case DynoPhase.Draining:
                    Terminate(dyno);
                    break;
                case DynoPhase.Terminating when dyno.ClientGone:
                    Say(dyno, DynoErrors.Detached);
                    Kill(dyno, DynoErrors.KillingRest);
                    break;
                case DynoPhase.Terminating:
                    Say(dyno, DynoErrors.ExitTimeout(_options));
                    Kill(dyno, DynoErrors.KillingRest);
                    break;
                case DynoPhase.Killing:
                    // Not even SIGKILL ended it, or the engine did not tell: removing it by force is the engine's last word.
                    End(dyno with { EndUntold = true });
                    break;
                case DynoPhase.Destroying:
                    Do(new DynoAction.Destroy(dyno.Id));
                    Put(dyno with { Deadline = null });
                    break;
                case DynoPhase.Launching or DynoPhase.Ended or DynoPhase.Gone:
                default:
                    throw new InvalidOperationException($"{dyno.Name} has a deadline while {dyno.Phase}.");
            }
        }
    }
}
