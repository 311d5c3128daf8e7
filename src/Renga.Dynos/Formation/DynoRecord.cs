using System.Net;
using Renga.Model.Dynos;
using Renga.Model.Formation;

namespace Renga.Dynos.Formation;

/// <summary>All that the loop knows of one dyno: one start of one process. A restart makes another record with another id.</summary>
internal sealed record DynoRecord
{
    public required Guid Id { get; init; }

    /// <summary><c>web.1</c>.</summary>
    public required string Name { get; init; }

    public required string Type { get; init; }
    public required string Command { get; init; }
    public required string Size { get; init; }
    public required Guid ReleaseId { get; init; }
    public required int ReleaseVersion { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The version of its stack that it was started on; empty for a stack without versions, null until it is started.</summary>
    public string? StackVersion { get; init; }

    /// <summary>Not null for a one-off dyno, which no slot of the formation wants.</summary>
    public OneOffDetails? OneOff { get; init; }

    public required DynoPhase Phase { get; init; }
    public required DynoState State { get; init; }
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>When the phase must be over.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public IPEndPoint? Endpoint { get; init; }
    public DateTimeOffset? UpSince { get; init; }

    /// <summary>It is on its way out and its end is no crash.</summary>
    public bool Leaving { get; init; }

    /// <summary>A restart was asked: it serves until its replacement does.</summary>
    public bool Superseded { get; init; }

    /// <summary>Its stack has a newer version, which its replacement is to be on.</summary>
    public bool Cycling { get; init; }

    /// <summary>A stop was asked: its slot starts again only after it has ended.</summary>
    public bool Stopped { get; init; }

    /// <summary>The client of an attached dyno went while it was being launched.</summary>
    public bool ClientGone { get; init; }

    /// <summary>It was declared ended though the engine never told so: until it is removed it may still run.</summary>
    public bool EndUntold { get; init; }

    /// <summary>It is to be replaced, since its stack is at another version by now. One-off dynos are not: they end by themselves.</summary>
    public bool IsBehind(string version) => IsCandidate && !Superseded && StackVersion is not null && StackVersion != version;

    /// <summary>It receives HTTP.</summary>
    public bool IsWeb => Type == ProcessType.Web && OneOff is null;

    /// <summary>Its process runs or is about to.</summary>
    public bool IsAlive => Phase < DynoPhase.Ended;

    /// <summary>Something of it may run, even if nobody wants it.</summary>
    public bool MayRun => IsAlive || (EndUntold && Phase < DynoPhase.Gone);

    /// <summary>It may serve as what its slot wants, now or after its boot.</summary>
    public bool IsCandidate => OneOff is null && !Leaving && Phase is DynoPhase.Launching or DynoPhase.Booting or DynoPhase.Running;
}
