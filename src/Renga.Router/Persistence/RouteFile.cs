using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Renga.Model.Routing;

namespace Renga.Router.Persistence;

/// <summary>
/// <c>routes.json</c>: the last route snapshot on disk, so that a router serves without a control plane, also after its own restart. The version is
/// raised when an older router could misread the file.
/// </summary>
internal static class RouteFile
{
    private const int Version = 1;

    public static byte[] Format(RouteSnapshot snapshot) =>
        JsonSerializer.SerializeToUtf8Bytes(new Content(Version, [.. snapshot.Apps.Select(ToEntry)]), RouteFileJson.Default.Content);

    /// <summary>Throws <see cref="JsonException"/> when the file is none of ours.</summary>
    public static RouteSnapshot Parse(ReadOnlySpan<byte> json)
    {
        var content = JsonSerializer.Deserialize(json, RouteFileJson.Default.Content) ?? throw new JsonException("The file is empty.");
        if (content.Version != Version)
            throw new JsonException($"The file has version {content.Version}; this router reads version {Version}.");
        return new RouteSnapshot([.. content.Apps.Select(FromEntry)]);
    }

    /// <summary>Writes the whole file or nothing: temporary file, flush, rename.</summary>
    public static void Write(string path, byte[] content)
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 4096))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static Entry ToEntry(AppRoute app) => new(
        app.AppId, app.AppName, [.. app.Hosts], app.State, app.Maintenance,
        [.. app.Dynos.Select(static d => new Endpoint(d.Id, d.Name, d.Address.ToString()))], app.ErrorPageUrl, app.MaintenancePageUrl);

    private static AppRoute FromEntry(Entry entry) => new()
    {
        AppId = entry.Id,
        AppName = entry.Name,
        Hosts = [.. entry.Hosts],
        State = entry.State,
        Maintenance = entry.Maintenance,
        Dynos = [.. entry.Dynos.Select(static d => new DynoEndpoint(d.Id, d.Name, IPEndPoint.TryParse(d.Address, out var address) ? address : throw new JsonException($"\"{d.Address}\" is no address.")))],
        ErrorPageUrl = entry.ErrorPageUrl,
        MaintenancePageUrl = entry.MaintenancePageUrl,
    };

    internal sealed record Content(int Version, ImmutableArray<Entry> Apps);

    internal sealed record Entry(
        Guid Id, string Name, ImmutableArray<string> Hosts, WebState State, bool Maintenance, ImmutableArray<Endpoint> Dynos, string? ErrorPageUrl, string? MaintenancePageUrl);

    internal sealed record Endpoint(Guid Id, string Name, string Address);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(RouteFile.Content))]
internal sealed partial class RouteFileJson : JsonSerializerContext;
