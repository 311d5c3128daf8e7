using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renga.Api.Conventions;
using Renga.Storage;

namespace Renga.Api.Platform;

/// <summary><c>/live</c>: the process turns over. <c>/ready</c>: it can read its state.</summary>
internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/live", static () => TypedResults.Text("OK\n")).Open();
        api.MapGet("/ready", ReadyAsync).Open();
    }

    private static async Task<IResult> ReadyAsync(RengaDatabase database, CancellationToken ct)
    {
        await using var db = database.Read();
        await db.Accounts.AnyAsync(ct);
        return TypedResults.Text("OK\n");
    }
}
