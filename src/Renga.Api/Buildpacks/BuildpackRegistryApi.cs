using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Api.Platform;
using Renga.Model;
using Renga.Model.Buildpacks;
using Renga.Protocol.Api;

namespace Renga.Api.Buildpacks;

/// <summary>The buildpack registry that clients ask for names. Open, as Heroku's is: it tells nothing of any account.</summary>
internal static class BuildpackRegistryApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/buildpacks", Search).Open();
        api.MapGet("/buildpacks/{name}", Get).Open();
        api.MapGet("/buildpacks/{name}/revisions", Revisions).Open();
        api.MapGet("/buildpacks/{name}/readme", Readme).Open();
    }

    private static ApiAnswer Get(string name, IBuildpackRegistry registry) => Find(name, registry) is { } found ? ApiAnswer.Ok(found) : Refusal.NotFound("buildpack");

    /// <summary>There is one revision: the one that is here.</summary>
    private static ApiAnswer Revisions(string name, IBuildpackRegistry registry) => Find(name, registry) is { } found
        ? ApiAnswer.Ok<RegistryRevisionResponse[]>([new RegistryRevisionResponse(found.Id, Release: 1, "published", "MIT", RegionsApi.Always)])
        : Refusal.NotFound("buildpack");

    private static ApiAnswer Readme(string name, IBuildpackRegistry registry) => Find(name, registry) is null ? Refusal.NotFound("buildpack") : ApiAnswer.Ok(new RegistryReadmeResponse("", "base64"));

    private static ApiAnswer Search(HttpRequest request, IBuildpackRegistry registry)
    {
        var namespaces = request.Query["in[namespace][]"];
        var names = request.Query["in[name][]"];
        var like = request.Query["like[description]"].ToString();
        if (!registry.Read().TryGet(out var known, out var refusal))
            return refusal;
        return ApiAnswer.Ok(known.Select(static b => Shape(b.Key, b.Value))
            .Where(b => namespaces.Count == 0 || namespaces.Contains(b.Namespace))
            .Where(b => names.Count == 0 || names.Contains(b.Name))
            .Where(b => b.Description.Contains(like, StringComparison.OrdinalIgnoreCase))
            .ToArray());
    }

    /// <summary>The slash of a name arrives escaped, and routing leaves it so.</summary>
    private static RegistryBuildpackResponse? Find(string name, IBuildpackRegistry registry)
    {
        var plain = Uri.UnescapeDataString(name);
        return registry.Read().TryGet(out var known, out _) && known.TryGetValue(plain, out var description) ? Shape(plain, description) : null;
    }

    private static RegistryBuildpackResponse Shape(string name, string description)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return new RegistryBuildpackResponse
        {
            Id = NameIds.Of("buildpack", name),
            BlobUrl = BuildpackLocator.ToUrl(name),
            Namespace = name[..slash],
            Name = name[(slash + 1)..],
            Description = description,
        };
    }
}
