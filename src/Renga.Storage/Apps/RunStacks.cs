using Renga.Model.Releases;

namespace Renga.Storage.Apps;

/// <summary>The stack that an app's code was built on, which is the one that it runs on.</summary>
public static class RunStacks
{
    /// <summary>One row per app that has code, of its newest release that succeeded.</summary>
    public static IQueryable<RunStack> Of(RengaDb db) =>
        from release in db.Releases
        where release.Status == ReleaseStatus.Succeeded
            && !db.Releases.Any(later => later.AppId == release.AppId && later.Status == ReleaseStatus.Succeeded && later.Version > release.Version)
        join slug in db.Slugs on release.SlugId equals slug.Id
        select new RunStack { AppId = release.AppId, Stack = slug.Stack };
}

/// <summary>An app and the stack that it runs on.</summary>
public sealed class RunStack
{
    public required Guid AppId { get; init; }

    public required string Stack { get; init; }
}
