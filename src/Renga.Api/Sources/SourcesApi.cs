using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Builds;
using Renga.Protocol.Api;

namespace Renga.Api.Sources;

/// <summary>Room for an archive of source code, by two signed addresses: one to put it, one for the build (or anyone) to get it.</summary>
internal static class SourcesApi
{
    public const string BlobRoute = "/sources/{source}/blob";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/sources", Create);
        api.MapPost("/apps/{app}/sources", Create).Needs(AppAction.Deploy);
        api.MapPut(BlobRoute, PutAsync).Open();
        api.MapGet(BlobRoute, GetAsync).Open();
    }

    public static string PathOf(Guid source) => $"/sources/{source}/blob";

    private static ApiAnswer Create(HttpRequest request, SignedAddresses addresses, Ids ids)
    {
        var path = PathOf(ids.New());
        return ApiAnswer.Created(new SourceResponse(new SourceAddresses(addresses.Make(request, HttpMethods.Get, path), addresses.Make(request, HttpMethods.Put, path))));
    }

    private static async Task<IResult> PutAsync(string source, HttpRequest request, SignedAddresses addresses, ISources sources, CancellationToken ct)
    {
        if (addresses.Check(request) is { } forbidden)
            return (ApiAnswer)forbidden;
        return (await sources.PutAsync(Guid.Parse(source), request.Body, request.ContentLength, ct)).TryGet(out _, out var refusal) ? TypedResults.Ok() : (ApiAnswer)refusal;
    }

    private static async Task<IResult> GetAsync(string source, HttpRequest request, SignedAddresses addresses, ISources sources, CancellationToken ct)
    {
        if (addresses.Check(request) is { } forbidden)
            return (ApiAnswer)forbidden;
        return (await sources.LocateAsync(Guid.Parse(source), checksum: null, ct)).TryGet(out var path, out var refusal)
            ? TypedResults.PhysicalFile(path, "application/octet-stream")
            : (ApiAnswer)refusal;
    }
}
