using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Stacks;
using Renga.Protocol.Api;

namespace Renga.Api.Platform;

internal static class StacksApi
{
    private const string Kind = "stack";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/stacks", List);
        api.MapGet("/stacks/{stack}", static (string stack, IStacks stacks) =>
            Find(stacks, stack).TryGet(out var found, out _) ? ApiAnswer.Ok(Shape(found, stacks)) : Refusal.NotFound("stack"));
        api.MapGet("/apps/{app}/available-stacks", List).Needs(AppAction.View);
    }

    /// <summary>A stack by name or id; the default when none is asked for.</summary>
    public static Result<StackVersion> Find(IStacks stacks, string? idOrName)
    {
        var all = stacks.Available.Current.Versions;
        return idOrName is null ? all[0]
            : all.FirstOrDefault(s => NameIds.Matches(Kind, s.Name, idOrName)) is { } found ? found
            : stacks.Find(idOrName);
    }

    private static ApiAnswer List(IStacks stacks) => ApiAnswer.Ok(stacks.Available.Current.Versions.Select(s => Shape(s, stacks)).ToArray());

    private static StackResponse Shape(StackVersion stack, IStacks stacks) => new()
    {
        Id = NameIds.Of(Kind, stack.Name),
        Name = stack.Name,
        Default = stack == stacks.Available.Current.Versions[0],
        CreatedAt = stack.RunImage is null ? RegionsApi.Always : stack.CreatedAt,
        UpdatedAt = stack.RunImage is null ? RegionsApi.Always : stack.CreatedAt,
    };
}
