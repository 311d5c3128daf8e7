using Microsoft.AspNetCore.Builder;
using Renga.Model.Access;

namespace Renga.Api.Conventions;

/// <summary>What a route asks of its caller. Without a rule: any account.</summary>
/// <param name="Action">What it does to the app in its path.</param>
/// <param name="IsOpen">Anyone, without credentials and version.</param>
/// <param name="TakesPassword">E-mail and password will do instead of a token.</param>
/// <param name="IsUncounted">Does not count against the rate limit.</param>
internal sealed record ApiRule(AppAction? Action = null, bool IsOpen = false, bool TakesPassword = false, bool IsUncounted = false)
{
    public static ApiRule Default { get; } = new();
}

internal static class ApiRuleExtensions
{
    public static TBuilder Needs<TBuilder>(this TBuilder route, AppAction action)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ApiRule(action));

    public static TBuilder Open<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ApiRule(IsOpen: true));

    public static TBuilder TakesPassword<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ApiRule(TakesPassword: true));

    public static TBuilder Uncounted<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ApiRule(IsUncounted: true));
}
