using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Protocol.Api;

namespace Renga.Api.Platform;

/// <summary>The one region: this platform.</summary>
internal static class RegionsApi
{
    /// <summary>The creation time of what was always there.</summary>
    public static DateTimeOffset Always { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/regions", static (ApiOptions options) => ApiAnswer.Ok<RegionResponse[]>([Shape(options)]));
        api.MapGet("/regions/{region}", static (string region, ApiOptions options) =>
            NameIds.Matches("region", options.Region, region) ? ApiAnswer.Ok(Shape(options)) : Refusal.NotFound("region"));
    }

    private static RegionResponse Shape(ApiOptions options) => new()
    {
        Id = NameIds.Of("region", options.Region),
        Name = options.Region,
        Description = "This platform",
        Country = "",
        Locale = "",
        Provider = new RegionProvider("renga"),
        CreatedAt = Always,
        UpdatedAt = Always,
    };
}
