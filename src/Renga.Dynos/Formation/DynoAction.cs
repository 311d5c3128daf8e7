using Renga.Engines;
using Renga.Model.Dynos;
using Renga.Model.Logs;

namespace Renga.Dynos.Formation;

/// <summary>Something to be done for an app. The executor does it in the background and reports a <see cref="DynoFact"/>.</summary>
internal abstract record DynoAction
{
    /// <summary>A line in the app's stream: <c>heroku[PROCESS]: TEXT</c>.</summary>
    internal sealed record Say(string Process, string Text, string Source = LogSource.Heroku) : DynoAction;

    /// <summary>Make it, run its command, and watch it: Launched or LaunchFailed, PortBound, Exited.</summary>
    internal sealed record Launch(DynoRecord Dyno, DesiredApp App) : DynoAction;

    /// <summary>Watch a dyno that runs already: PortBound, Exited.</summary>
    internal sealed record Watch(DynoRecord Dyno, long OutputPosition) : DynoAction;

    /// <summary>Wait until it has no request in flight: Drained.</summary>
    internal sealed record Drain(Guid Id) : DynoAction;

    internal sealed record Signal(Guid Id, DynoSignal What) : DynoAction;

    /// <summary>Remove every trace of it: Destroyed or DestroyFailed.</summary>
    internal sealed record Destroy(Guid Id) : DynoAction;

    /// <summary>Its client need not come any more.</summary>
    internal sealed record Withdraw(Guid Id) : DynoAction;
}
