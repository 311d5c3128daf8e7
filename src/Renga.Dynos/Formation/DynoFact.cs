using System.Net;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>Something that happened to an app. A fact may come late, twice, or for a dyno that is forgotten: then it changes nothing.</summary>
internal abstract record DynoFact
{
    /// <summary>The desired state was read; null when the app is gone.</summary>
    internal sealed record DesiredRead(DesiredApp? Desired) : DynoFact;

    /// <summary>A dyno of an earlier life of ours was found running.</summary>
    internal sealed record Adopted(DynoRecord Dyno, long OutputPosition) : DynoFact;

    /// <summary>The engine runs its process, on this version of its stack.</summary>
    internal sealed record Launched(Guid Id, IPEndPoint? Endpoint, string StackVersion) : DynoFact;

    /// <summary>The app's stack has this version now, and it is the app's turn to move to it.</summary>
    internal sealed record StackMoved(string Version) : DynoFact;

    /// <summary>The platform could not launch it; the engine has nothing of it.</summary>
    /// <param name="Checksum">Not null when the slug's bytes are not what was built: the two digests, in words.</param>
    internal sealed record LaunchFailed(Guid Id, bool NoRoom, string? Checksum = null) : DynoFact
    {
        public static LaunchFailed From(Guid id, Refusal refusal) =>
            new(id, refusal.Kind == RefusalKind.Unavailable, refusal.Kind == RefusalKind.Invalid ? refusal.Message : null);
    }

    /// <summary>It accepts connections.</summary>
    internal sealed record PortBound(Guid Id) : DynoFact;

    internal sealed record Exited(Guid Id, int Status, bool OutOfMemory) : DynoFact
    {
        public static Exited From(Guid id, DynoExit exit) => new(id, exit.Status, exit.OutOfMemory);
    }

    /// <summary>It has no request in flight, or the limit has passed.</summary>
    internal sealed record Drained(Guid Id) : DynoFact;

    internal sealed record Destroyed(Guid Id) : DynoFact;

    internal sealed record DestroyFailed(Guid Id) : DynoFact;

    internal sealed record ClientAttached(Guid Id) : DynoFact;

    internal sealed record ClientGone(Guid Id) : DynoFact;

    internal sealed record OneOffAsked(DynoRecord Dyno, string AccountEmail) : DynoFact;

    internal sealed record RestartAsked(DynoSelector Selector) : DynoFact;

    internal sealed record StopAsked(DynoSelector Selector) : DynoFact;
}
