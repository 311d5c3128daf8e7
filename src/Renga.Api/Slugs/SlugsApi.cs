using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Slugs;
using Renga.Protocol.Api;
using Renga.Storage.Slugs;

namespace Renga.Api.Slugs;

internal static class SlugsApi
{
    private const string BlobRoute = "/slugs/{slug}/blob";

    /// <summary>A slug's address leads to the app's code, so that seeing it takes what reading the repository takes.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/apps/{app}/slugs", CreateSlug.HandleAsync).Needs(AppAction.Deploy);
        api.MapGet("/apps/{app}/slugs/{slug}", GetAsync).Needs(AppAction.Deploy);
        api.MapPut(BlobRoute, PutBlobAsync).Open();
        api.MapGet(BlobRoute, GetBlobAsync).Open();
    }

    public static SlugResponse Shape(Slug slug, string method, HttpRequest request, SignedAddresses addresses) => new()
    {
        Blob = new SlugBlob(method.ToLowerInvariant(), addresses.Make(request, method, $"/slugs/{slug.Id}/blob")),
        BuildpackProvidedDescription = slug.BuildpackProvidedDescription,
        Checksum = slug.Checksum,
        Commit = slug.Commit,
        CommitDescription = slug.CommitDescription,
        CreatedAt = slug.CreatedAt,
        DeletedAt = slug.DeletedAt,
        Id = slug.Id,
        ProcessTypes = slug.ProcessTypes,
        Size = slug.Image is null ? null : slug.Size,
        Stack = new NamedReference(NameIds.Of("stack", slug.Stack), slug.Stack),
        UpdatedAt = slug.UpdatedAt,
    };

    private static async Task<ApiAnswer> GetAsync(string slug, HttpRequest request, AppScope scope, SlugRecords slugs, SignedAddresses addresses, CancellationToken ct) =>
        Guid.TryParse(slug, out var id) && await slugs.FindAsync(id, ct) is { } found && found.AppId == scope.App.Id
            ? ApiAnswer.Ok(Shape(found, HttpMethods.Get, request, addresses))
            : Refusal.NotFound("slug");

    /// <summary>1. May it, and is there a slug that waits? 2. Make the image. 3. Now the slug can be released.</summary>
    private static async Task<IResult> PutBlobAsync(string slug, HttpRequest request, SignedAddresses addresses, SlugRecords slugs, ISlugArchives archives, CancellationToken ct)
    {
        // 1.
        if (addresses.Check(request) is { } forbidden)
            return (ApiAnswer)forbidden;
        if (await slugs.FindAsync(Guid.Parse(slug), ct) is not { } found)
            return (ApiAnswer)Refusal.NotFound("slug");
        if (SlugRecords.CodeRefusal(found) is { } late)
            return (ApiAnswer)late;

        // 2.
        if (!(await archives.ReadAsync(request.Body, found.Checksum, ct)).TryGet(out var code, out var refusal))
            return (ApiAnswer)refusal;

        // 3.
        return (await slugs.GiveCodeAsync(found.Id, code, ct)).TryGet(out _, out refusal) ? TypedResults.Ok() : (ApiAnswer)refusal;
    }

    private static async Task<IResult> GetBlobAsync(string slug, HttpContext http, SignedAddresses addresses, SlugRecords slugs, ISlugArchives archives, CancellationToken ct)
    {
        if (addresses.Check(http.Request) is { } forbidden)
            return (ApiAnswer)forbidden;
        if (await slugs.FindAsync(Guid.Parse(slug), ct) is not { Image: { } image, DeletedAt: null })
            return (ApiAnswer)(Refusal.NotFound("slug") with { Message = "This slug has no code: nothing was uploaded yet, or it was removed since no release needs it." });
        var written = await archives.WriteAsync(image, http.Response.Body, () => http.Response.ContentType = "application/gzip", ct);
        return written.TryGet(out _, out var refusal) ? TypedResults.Empty : (ApiAnswer)refusal;
    }
}
