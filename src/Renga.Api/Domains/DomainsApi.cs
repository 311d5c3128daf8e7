using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renga.Api.Apps;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Apps;
using Renga.Model.Domains;
using Renga.Protocol.Api;
using Renga.Storage;

namespace Renga.Api.Domains;

internal static class DomainsApi
{
    private static readonly RangedList<Domain> Ranges = new(
        RangeKey<Domain>.Id(static domain => domain.Id),
        RangeKey<Domain>.Text("hostname", static domain => domain.Hostname));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/apps/{app}/domains", ListAsync).Needs(AppAction.View);
        api.MapGet("/apps/{app}/domains/{domain}", GetAsync).Needs(AppAction.View);
    }

    private static async Task<ApiAnswer> ListAsync(HttpRequest request, AppScope scope, RengaDatabase database, CancellationToken ct)
    {
        await using var db = database.Read();
        return await Ranges.AnswerAsync(request, db.Domains.Where(d => d.AppId == scope.App.Id), d => Shape(scope.App, d), ct);
    }

    private static async Task<ApiAnswer> GetAsync(string domain, AppScope scope, RengaDatabase database, CancellationToken ct)
    {
        var hostname = domain.ToLowerInvariant();
        var id = Guid.TryParse(domain, out var parsed) ? parsed : Guid.Empty;
        await using var db = database.Read();
        return await db.Domains.SingleOrDefaultAsync(d => d.AppId == scope.App.Id && (d.Id == id || d.Hostname == hostname), ct) is { } found
            ? ApiAnswer.Ok(Shape(scope.App, found))
            : Refusal.NotFound("domain");
    }

    private static DomainResponse Shape(App app, Domain domain) => new()
    {
        App = AppShape.Reference(app),
        Id = domain.Id,
        Hostname = domain.Hostname,
        Kind = domain.Kind == DomainKind.Custom ? "custom" : "heroku",
        CreatedAt = domain.CreatedAt,
        UpdatedAt = domain.UpdatedAt,
    };
}
