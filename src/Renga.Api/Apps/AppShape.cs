using System.Globalization;
using Renga.Api.Conventions;
using Renga.Model.Apps;
using Renga.Protocol.Api;

namespace Renga.Api.Apps;

/// <summary>An app, and what is named after it, on the wire.</summary>
internal sealed class AppShape(ApiOptions options)
{
    private static readonly Dictionary<string, int> DefaultPorts = new() { ["http"] = 80, ["https"] = 443 };

    public AppResponse Of(AppScope scope) => Of(scope.App, scope.Caller.Email);

    public AppResponse Of(App app, string ownerEmail) => new()
    {
        Id = app.Id,
        Name = app.Name,
        Maintenance = app.Maintenance,
        Stack = Stack(app.Stack),
        BuildStack = Stack(app.Stack),
        BuildpackProvidedDescription = app.BuildpackProvidedDescription,
        Owner = new AccountReference(app.OwnerId, ownerEmail),
        Region = Region,
        GitUrl = $"{options.GitBaseUrl}/{app.Name}.git",
        WebUrl = WebUrl(app.Name),
        RepoSize = app.RepoSize,
        SlugSize = app.SlugSize,
        CreatedAt = app.CreatedAt,
        UpdatedAt = app.UpdatedAt,
        ReleasedAt = app.ReleasedAt,
    };

    public static NamedReference Reference(App app) => new(app.Id, app.Name);

    private NamedReference Region => new(NameIds.Of("region", options.Region), options.Region);

    private static NamedReference Stack(string name) => new(NameIds.Of("stack", name), name);

    private string WebUrl(string name)
    {
        var port = DefaultPorts.GetValueOrDefault(options.WebScheme) == options.RouterPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{options.RouterPort}");
        return $"{options.WebScheme}://{name}.{options.Domain}{port}/";
    }
}
