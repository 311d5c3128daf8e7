using Microsoft.EntityFrameworkCore;
using Renga.Api.Apps;
using Renga.Model.Apps;
using Renga.Model.Releases;
using Renga.Protocol.Api;
using Renga.Storage;
using Renga.Storage.Releases;

namespace Renga.Api.Releases;

/// <summary>A release as lists show it: without its config vars, with its maker's e-mail.</summary>
internal sealed class ReleaseRow
{
    public required Guid Id { get; init; }

    public required int Version { get; init; }

    public required string Description { get; init; }

    public required Guid? SlugId { get; init; }

    /// <summary>Its code is gone, since no recent release has it.</summary>
    public required bool Collected { get; init; }

    public required ReleaseStatus Status { get; init; }

    public required Guid AccountId { get; init; }

    public required string? Email { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static IQueryable<ReleaseRow> Of(RengaDb db, Guid appId) =>
        from release in db.Releases
        where release.AppId == appId
        select new ReleaseRow
        {
            Id = release.Id,
            Version = release.Version,
            Description = release.Description,
            SlugId = release.SlugId,
            Collected = db.Slugs.Any(s => s.Id == release.SlugId && s.DeletedAt != null),
            Status = release.Status,
            AccountId = release.AccountId,
            Email = db.Accounts.Where(a => a.Id == release.AccountId).Select(static a => a.Email).FirstOrDefault(),
            CreatedAt = release.CreatedAt,
            UpdatedAt = release.UpdatedAt,
        };

    /// <summary>The release that runs: the last one that succeeded.</summary>
    public static Task<ReleaseRow> CurrentAsync(RengaDb db, Guid appId, CancellationToken ct) =>
        Of(db, appId).Where(static r => r.Status == ReleaseStatus.Succeeded).OrderByDescending(static r => r.Version).FirstAsync(ct);

    public ReleaseResponse Shape(App app, ReleaseRow current) => new()
    {
        Id = Id,
        App = AppShape.Reference(app),
        Version = Version,
        Description = Description,
        Slug = SlugId is { } slug ? new IdReference(slug) : null,
        Artifacts = SlugId is { } artifact ? [new ReleaseArtifact("slug", artifact)] : [],
        Status = Status switch
        {
            ReleaseStatus.Pending => "pending",
            ReleaseStatus.Succeeded => "succeeded",
            ReleaseStatus.Failed => "failed",
            ReleaseStatus.Expired => "expired",
            _ => throw new InvalidOperationException($"Release {Id} has the status {Status}."),
        },
        User = new AccountReference(AccountId, Email ?? ""),
        Current = Id == current.Id,
        EligibleForRollback = ReleaseQueries.IsEligibleForRollback(Status, SlugId, current.SlugId, Collected),
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };
}
