using System.Collections.Immutable;

namespace Renga.Model.Dynos;

/// <summary>What the API asks of the dyno manager. Desired state is data in the database; <see cref="LookAgain"/> says that it changed.</summary>
public interface IDynoManager
{
    /// <summary>"Look again": the app's desired state may have changed (or the app is gone). Returns at once.</summary>
    void LookAgain(Guid appId);

    /// <summary>The app's dynos as they are now, by name.</summary>
    ImmutableArray<DynoInfo> List(Guid appId);

    /// <summary>Replaces the selected dynos: new ones come up before the old ones go. Returns when it is under way.</summary>
    Task<Result<int>> RestartAsync(Guid appId, DynoSelector selector, CancellationToken ct);

    /// <summary>Stops the selected dynos; the formation's own are started again, one-off dynos are gone.</summary>
    Task<Result<int>> StopAsync(Guid appId, DynoSelector selector, CancellationToken ct);

    /// <summary>Starts a one-off dyno of the app's current release.</summary>
    Task<Result<DynoInfo>> RunAsync(OneOffRequest request, CancellationToken ct);
}

/// <summary>Which dynos: all of the app, one type, or one by name or id.</summary>
public sealed record DynoSelector(string? Type = null, string? NameOrId = null)
{
    public static DynoSelector All { get; } = new();
}

/// <summary>A one-off dyno to be started.</summary>
public sealed record OneOffRequest
{
    public required Guid AppId { get; init; }

    /// <summary>As the user typed it; a process type name as first word is replaced by its Procfile command.</summary>
    public required string Command { get; init; }

    /// <summary>Who asked, for the log line.</summary>
    public required string AccountEmail { get; init; }

    /// <summary>True: wait for a client to connect by rendezvous. False: detached.</summary>
    public bool Attach { get; init; }

    /// <summary>True: plain pipes even though attached.</summary>
    public bool ForceNoTty { get; init; }

    /// <summary>Extra environment: TERM, COLUMNS, LINES and what <c>run --env</c> gives.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A dyno size; null for the default.</summary>
    public string? Size { get; init; }

    /// <summary>The process type its name starts with; null for <c>run</c>.</summary>
    public string? Type { get; init; }

    /// <summary>It is stopped after this long; null for 24 hours.</summary>
    public TimeSpan? TimeToLive { get; init; }
}

/// <summary>A dyno as users see it.</summary>
public sealed record DynoInfo
{
    public required Guid Id { get; init; }
    public required Guid AppId { get; init; }

    /// <summary><c>web.1</c>, <c>run.8963</c>.</summary>
    public required string Name { get; init; }

    public required string Type { get; init; }
    public required string Command { get; init; }
    public required string Size { get; init; }
    public required DynoState State { get; init; }
    public required Guid ReleaseId { get; init; }
    public required int ReleaseVersion { get; init; }

    /// <summary><c>rendezvous://HOST:PORT/SECRET</c> of an attached one-off dyno.</summary>
    public string? AttachUrl { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When <see cref="State"/> last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
