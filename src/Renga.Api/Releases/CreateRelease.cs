using Microsoft.EntityFrameworkCore;
using Renga.Api.Apps;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Releases;
using Renga.Protocol.Api;
using Renga.Storage;
using Renga.Storage.Releases;

namespace Renga.Api.Releases;

/// <summary>One path, two operations, told apart by the body: roll back to a release, or release a slug.</summary>
internal static class CreateRelease
{
    private const int MaxDescription = 200;

    public static async Task<ApiAnswer> HandleAsync(
        Body<CreateReleaseRequest> body, AppScope scope, ReleaseStore releases, RengaDatabase database, AppNews news, CancellationToken ct)
    {
        if (!(await MakeAsync(body.Value, scope, releases, ct)).TryGet(out var release, out var refusal))
            return refusal;
        news.Released(release, scope.Caller.Email);
        await using var db = database.Read();
        var row = await ReleaseRow.Of(db, scope.App.Id).SingleAsync(r => r.Id == release.Id, ct);
        return ApiAnswer.Created(row.Shape(scope.App, await ReleaseRow.CurrentAsync(db, scope.App.Id, ct)));
    }

    private static async Task<Result<Release>> MakeAsync(CreateReleaseRequest request, AppScope scope, ReleaseStore releases, CancellationToken ct) => request switch
    {
        { Release: not null, Slug: not null } => Refusal.Invalid("Send either \"release\", to roll back, or \"slug\", to release it: not both."),
        { Release: { } earlier } => await releases.RollBackAsync(scope.App.Id, scope.Caller.Id, earlier, ct),
        { Description.Length: > MaxDescription } => Refusal.Invalid($"Description is too long (maximum is {MaxDescription} characters)."),
        { Slug: { } slug } when Guid.TryParse(slug, out var slugId) => await releases.ReleaseSlugAsync(scope.App.Id, scope.Caller.Id, slugId, request.Description, ct),
        { Slug: not null } => Refusal.NotFound("slug"),
        _ => Refusal.Invalid("Send \"release\", the id or number of the release to roll back to, or \"slug\", the id of the slug to release."),
    };
}
