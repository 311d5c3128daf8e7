using Renga.Api.Apps;
using Renga.Model.Apps;
using Renga.Model.Buildpacks;
using Renga.Model.Builds;
using Renga.Protocol.Api;
using Renga.Storage;

namespace Renga.Api.Builds;

/// <summary>A build as lists show it, with its maker's e-mail.</summary>
internal sealed class BuildRow
{
    public required Build Build { get; init; }

    /// <summary>For ranges.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string? Email { get; init; }

    /// <summary>What the client said of the version; kept with the slug.</summary>
    public required string? VersionDescription { get; init; }

    public static IQueryable<BuildRow> Of(RengaDb db, Guid appId) =>
        from build in db.Builds
        where build.AppId == appId
        select new BuildRow
        {
            Build = build,
            Id = build.Id,
            CreatedAt = build.CreatedAt,
            Email = db.Accounts.Where(a => a.Id == build.AccountId).Select(static a => a.Email).FirstOrDefault(),
            VersionDescription = db.Slugs.Where(s => s.Id == build.SlugId).Select(static s => s.CommitDescription).FirstOrDefault(),
        };

    public BuildResponse Shape(App app, string outputAddress) => new()
    {
        App = AppShape.Reference(app),
        Buildpacks = [.. Build.Buildpacks.Select(static b => new BuildpackReference(b, BuildpackLocator.ToUrl(b)))],
        CreatedAt = CreatedAt,
        Id = Id,
        OutputStreamUrl = outputAddress,
        Release = Build.ReleaseId is { } release ? new IdReference(release) : null,
        Slug = Build.SlugId is { } slug ? new IdReference(slug) : null,
        // Empty where there is none: the heroku-builds plugin cannot list a null.
        SourceBlob = new SourceBlob(Build.SourceUrl ?? "", Checksum: null, Build.Commit ?? "", VersionDescription),
        Stack = Build.Stack,
        Status = Status(Build),
        UpdatedAt = Build.UpdatedAt,
        User = new AccountReference(Build.AccountId, Email ?? ""),
    };

    public static string Status(Build build) => build.Status switch
    {
        BuildStatus.Pending => "pending",
        BuildStatus.Succeeded => "succeeded",
        BuildStatus.Failed => "failed",
        _ => throw new InvalidOperationException($"Build {build.Id} has the status {build.Status}."),
    };
}
