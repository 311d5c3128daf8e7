using Microsoft.AspNetCore.Http;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Storage.Builds;

namespace Renga.Api.Builds;

/// <summary>What a build says, as it says it, and then the end. The address is signed, so that any program can read it.</summary>
internal static class BuildOutput
{
    public static async Task<IResult> HandleAsync(string build, HttpContext http, SignedAddresses addresses, BuildStore builds, IBuildOutputs outputs, CancellationToken ct)
    {
        if (addresses.Check(http.Request) is { } forbidden)
            return (ApiAnswer)forbidden;
        if (await builds.FindAsync(Guid.Parse(build), ct) is not { } found)
            return (ApiAnswer)Refusal.NotFound("build");

        // The head goes at once: a build may be silent for long, and nothing is sent meanwhile.
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.StartAsync(ct);
        await http.Response.Body.FlushAsync(ct);
        await foreach (var piece in outputs.ReadAsync(found.AppId, found.Id, follow: true, ct))
        {
            await http.Response.Body.WriteAsync(piece, ct);
            await http.Response.Body.FlushAsync(ct);
        }

        return TypedResults.Empty;
    }
}
