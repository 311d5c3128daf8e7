using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Accounts;
using Renga.Api.Apps;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Protocol.Api;

namespace Renga.Api.Collaborators;

/// <summary>An app has its owner and nobody else so far.</summary>
internal static class CollaboratorsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/collaborators", static (AppScope scope) => ApiAnswer.Ok<CollaboratorResponse[]>([Owner(scope)])).Needs(AppAction.View);
        api.MapGet("/apps/{app}/collaborators/{user}", static (string user, AppScope scope) =>
            AccountApi.IsSelf(user, scope.Caller) ? ApiAnswer.Ok(Owner(scope)) : Refusal.NotFound("collaborator")).Needs(AppAction.View);
    }

    private static CollaboratorResponse Owner(AppScope scope) => new()
    {
        App = AppShape.Reference(scope.App),
        Id = scope.Caller.Id,
        Role = "owner",
        User = new CollaboratorUser(scope.Caller.Id, scope.Caller.Email, Federated: false),
        CreatedAt = scope.App.CreatedAt,
        UpdatedAt = scope.App.CreatedAt,
    };
}
