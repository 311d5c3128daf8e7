using System.Collections.Immutable;

namespace Renga.Model.Dynos;

/// <summary>Reads what should run. The dyno manager compares it with what engines report; it never writes it.</summary>
public interface IDesiredState
{
    Task<ImmutableArray<DesiredApp>> ReadAllAsync(CancellationToken ct);

    /// <summary>Null when the app is gone.</summary>
    Task<DesiredApp?> ReadAsync(Guid appId, CancellationToken ct);
}

/// <summary>What should run for one app: its current release and its formation, in one consistent view.</summary>
public sealed record DesiredApp
{
    public required Guid AppId { get; init; }
    public required string Name { get; init; }
    public required Guid ReleaseId { get; init; }
    public required int ReleaseVersion { get; init; }
    public required DateTimeOffset ReleaseCreatedAt { get; init; }

    /// <summary>Null until the first deploy.</summary>
    public DesiredSlug? Slug { get; init; }

    public required ImmutableSortedDictionary<string, string> Config { get; init; }

    /// <summary>Only types that the slug has.</summary>
    public required ImmutableArray<DesiredProcess> Formation { get; init; }

    /// <summary>Host names, the platform's own first.</summary>
    public required ImmutableArray<string> Hosts { get; init; }

    public required bool Maintenance { get; init; }
    /// <summary>The stack that its dynos run on: that of the slug; before the first deploy, the one that the app will be built on.</summary>
    public required string Stack { get; init; }

    /// <summary>The stack that the next build uses.</summary>
    public required string BuildStack { get; init; }
}

/// <summary>The code that should run.</summary>
/// <param name="Image">Its image in the slug store; null while a client has not uploaded the code.</param>
public sealed record DesiredSlug(Guid Id, string? Image, string? Commit, ImmutableSortedDictionary<string, string> ProcessTypes);

/// <summary>How many dynos of a type should run.</summary>
public sealed record DesiredProcess(string Type, string Command, int Quantity, string Size);
