namespace Renga.Dynos.Formation;

/// <summary>
/// How far the work on a dyno has come. Finer than <see cref="Renga.Model.Dynos.DynoState"/>, which users see: it also says what the engine still has.
/// </summary>
internal enum DynoPhase
{
    /// <summary>An attached one-off dyno whose client has not come; the engine knows nothing of it.</summary>
    AwaitingClient,

    /// <summary>The engine makes and starts it.</summary>
    Launching,

    /// <summary>Its process runs; its port is not bound yet.</summary>
    Booting,

    Running,

    /// <summary>Out of the routes; requests in flight go on.</summary>
    Draining,

    /// <summary>SIGTERM or SIGHUP was sent.</summary>
    Terminating,

    /// <summary>SIGKILL was sent.</summary>
    Killing,

    /// <summary>Its process is over; the engine still has its remains.</summary>
    Ended,

    /// <summary>The engine removes its remains.</summary>
    Destroying,

    /// <summary>The engine has nothing of it any more. A crashed one stays on the list like this until its next start.</summary>
    Gone,
}
