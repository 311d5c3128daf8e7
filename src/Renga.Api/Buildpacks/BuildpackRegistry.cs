using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Api.Platform;
using Renga.Model;
using Renga.Protocol.Api;

namespace Renga.Api.Buildpacks;

/// <summary>The buildpack registry that clients ask for names. Open, as Heroku's is: it tells nothing of any account.</summary>
internal static class BuildpackRegistry
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/buildpacks", Search).Open();
        api.MapGet("/buildpacks/{name}", Get).Open();
        api.MapGet("/buildpacks/{name}/revisions", Revisions).Open();
        api.MapGet("/buildpacks/{name}/readme", Readme).Open();
    }

    private static ApiAnswer Get(string name, ApiOptions options) => Find(name, options) is { } found ? ApiAnswer.Ok(found) : Refusal.NotFound("buildpack");

    /// <summary>They come with the platform, so there is one revision: this one.</summary>
    private static ApiAnswer Revisions(string name, ApiOptions options) => Find(name, options) is { } found
        ? ApiAnswer.Ok<RegistryRevisionResponse[]>([new RegistryRevisionResponse(found.Id, Release: 1, "published", "MIT", RegionsApi.Always)])
        : Refusal.NotFound("buildpack");

    private static ApiAnswer Readme(string name, ApiOptions options) => Find(name, options) is null ? Refusal.NotFound("buildpack") : ApiAnswer.Ok(new RegistryReadmeResponse("", "base64"));

    private static ApiAnswer Search(HttpRequest request, ApiOptions options)
    {
        var namespaces = request.Query["in[namespace][]"];
        var names = request.Query["in[name][]"];
        var like = request.Query["like[description]"].ToString();
        return ApiAnswer.Ok(options.Buildpacks.Keys.Select(name => Shape(name, options))
            .Where(b => namespaces.Count == 0 || namespaces.Contains(b.Namespace))
            .Where(b => names.Count == 0 || names.Contains(b.Name))
            .Where(b => b.Description.Contains(like, StringComparison.OrdinalIgnoreCase))
            .ToArray());
    }

    /// <summary>The slash of a name arrives escaped, and routing leaves it so.</summary>
    private static RegistryBuildpackResponse? Find(string name, ApiOptions options)
    {
        var plain = Uri.UnescapeDataString(name);
        return options.Buildpacks.ContainsKey(plain) ? Shape(plain, options) : null;
    }

    private static RegistryBuildpackResponse Shape(string name, ApiOptions options)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return new RegistryBuildpackResponse
        {
            Id = NameIds.Of("buildpack", name),
            BlobUrl = BuildpackName.Url(name),
            Namespace = name[..slash],
            Name = name[(slash + 1)..],
            Description = options.Buildpacks[name],
        };
    }
}
