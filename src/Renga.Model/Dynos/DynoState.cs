namespace Renga.Model.Dynos;

/// <summary>The states of a dyno, in Heroku's words (spec: protocols.md 6.5).</summary>
public enum DynoState
{
    /// <summary>Started, not yet ready: a web dyno has not bound its port.</summary>
    Starting,

    /// <summary>Running.</summary>
    Up,

    /// <summary>Asleep.</summary>
    Idle,

    /// <summary>Exited when it should not have, or failed to boot; waits for its next start.</summary>
    Crashed,

    /// <summary>Told to stop; ends within the grace period.</summary>
    Stopping,

    /// <summary>Stopped on purpose, gone.</summary>
    Down,

    /// <summary>A one-off dyno whose command ended.</summary>
    Complete,
}

/// <summary>The one transition function of dynos.</summary>
//
//            +----------+   bound its port    +------+  idle   +------+
//   new ---> | Starting |-------------------->|  Up  |<------->| Idle |
//            +----------+                     +------+  woken  +------+
//              |  ^   | exited   exited         |  |
//              |  |   +------> Crashed <--------+  |
//              |  +--------------+                 |
//              |   next start                      |  told to stop
//              +--------------> Stopping <---------+
//              |                    |
//              v command ended      v
//          Complete (one-off)     Down
public static class DynoTransition
{
    /// <summary>The new state, or a refusal that names both when the step is not allowed.</summary>
    public static Result<DynoState> Move(DynoState from, DynoState to)
    {
        var allowed = from switch
        {
            DynoState.Starting => to is DynoState.Up or DynoState.Crashed or DynoState.Stopping or DynoState.Complete or DynoState.Down,
            DynoState.Up => to is DynoState.Idle or DynoState.Crashed or DynoState.Stopping or DynoState.Complete or DynoState.Down,
            DynoState.Idle => to is DynoState.Up or DynoState.Starting or DynoState.Stopping or DynoState.Crashed or DynoState.Down,
            DynoState.Crashed => to is DynoState.Starting or DynoState.Down,
            DynoState.Stopping => to is DynoState.Down,
            DynoState.Down or DynoState.Complete => false,
            _ => throw new ArgumentOutOfRangeException(nameof(from), from, "not a dyno state"),
        };
        return allowed ? to : Refusal.Conflict($"A dyno cannot go from {from.Word()} to {to.Word()}.");
    }

    /// <summary>The word in log lines and the API.</summary>
    public static string Word(this DynoState state) => state switch
    {
        DynoState.Starting => "starting",
        DynoState.Up => "up",
        DynoState.Idle => "idle",
        DynoState.Crashed => "crashed",
        DynoState.Stopping => "stopping",
        DynoState.Down => "down",
        DynoState.Complete => "complete",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a dyno state"),
    };
}
