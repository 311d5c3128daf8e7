using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renga.Api.Conventions;
using Renga.Model.Apps;
using Renga.Protocol.Api;
using Renga.Storage;
using Renga.Storage.Apps;

namespace Renga.Api.Apps;

/// <summary>An app, and what is named after it, on the wire.</summary>
internal sealed class AppShape(ApiOptions options, RengaDatabase database)
{
    private static readonly Dictionary<string, int> DefaultPorts = new() { ["http"] = 80, ["https"] = 443 };

    public async Task<AppResponse> OfAsync(App app, string ownerEmail, CancellationToken ct)
    {
        await using var db = database.Read();
        return Of(app, ownerEmail, await RunStacks.Of(db).Where(r => r.AppId == app.Id).Select(static r => r.Stack).SingleOrDefaultAsync(ct));
    }

    /// <param name="runStack">The stack that its code is on; null when it has none yet.</param>
    public AppResponse Of(App app, string ownerEmail, string? runStack) => new()
    {
        Id = app.Id,
        Name = app.Name,
        Maintenance = app.Maintenance,
        Stack = Stack(runStack ?? app.Stack),
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
