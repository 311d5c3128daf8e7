using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Protocol.Api;

namespace Renga.Api.Platform;

internal static class StacksApi
{
    private const string Kind = "stack";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/stacks", List);
        api.MapGet("/stacks/{stack}", static (string stack, ApiOptions options) =>
            Find(options, stack).TryGet(out var name, out _) ? ApiAnswer.Ok(Shape(name, options)) : Refusal.NotFound("stack"));
        api.MapGet("/apps/{app}/available-stacks", List).Needs(AppAction.View);
    }

    /// <summary>The name of a stack by name or id; the default when none is asked for.</summary>
    public static Result<string> Find(ApiOptions options, string? idOrName) =>
        idOrName is null ? options.Stacks[0]
        : options.Stacks.FirstOrDefault(name => NameIds.Matches(Kind, name, idOrName)) is { } found ? found
        : Refusal.Invalid($"Stack {idOrName} is not available. Available stacks: {string.Join(", ", options.Stacks)}.");

    private static ApiAnswer List(ApiOptions options) => ApiAnswer.Ok(options.Stacks.Select(name => Shape(name, options)).ToArray());

    private static StackResponse Shape(string name, ApiOptions options) => new()
    {
        Id = NameIds.Of(Kind, name),
        Name = name,
        Default = name == options.Stacks[0],
        CreatedAt = RegionsApi.Always,
        UpdatedAt = RegionsApi.Always,
    };
}
