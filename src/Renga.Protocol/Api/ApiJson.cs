using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Renga.Protocol.Api;

/// <summary>The JSON of the Platform API: snake_case, nulls written, times to the second as Heroku writes them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    Converters = [typeof(WireTimeConverter)])]
[JsonSerializable(typeof(AccountResponse))]
[JsonSerializable(typeof(AppResponse))]
[JsonSerializable(typeof(AppResponse[]))]
[JsonSerializable(typeof(AuthorizationResponse))]
[JsonSerializable(typeof(AuthorizationResponse[]))]
[JsonSerializable(typeof(BuildpackInstallationResponse[]))]
[JsonSerializable(typeof(BuildResponse))]
[JsonSerializable(typeof(BuildResponse[]))]
[JsonSerializable(typeof(BuildResultResponse))]
[JsonSerializable(typeof(CollaboratorResponse))]
[JsonSerializable(typeof(CollaboratorResponse[]))]
[JsonSerializable(typeof(DomainResponse))]
[JsonSerializable(typeof(DomainResponse[]))]
[JsonSerializable(typeof(DynoResponse))]
[JsonSerializable(typeof(DynoResponse[]))]
[JsonSerializable(typeof(DynoSizeResponse))]
[JsonSerializable(typeof(DynoSizeResponse[]))]
[JsonSerializable(typeof(EmptyResponse))]
[JsonSerializable(typeof(EmptyResponse[]))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(FormationResponse))]
[JsonSerializable(typeof(FormationResponse[]))]
[JsonSerializable(typeof(KeyResponse))]
[JsonSerializable(typeof(KeyResponse[]))]
[JsonSerializable(typeof(LogSessionResponse))]
[JsonSerializable(typeof(RateLimitResponse))]
[JsonSerializable(typeof(RegionResponse))]
[JsonSerializable(typeof(RegionResponse[]))]
[JsonSerializable(typeof(RegistryBuildpackResponse))]
[JsonSerializable(typeof(RegistryBuildpackResponse[]))]
[JsonSerializable(typeof(RegistryReadmeResponse))]
[JsonSerializable(typeof(RegistryRevisionResponse[]))]
[JsonSerializable(typeof(ReleaseResponse))]
[JsonSerializable(typeof(ReleaseResponse[]))]
[JsonSerializable(typeof(SlugResponse))]
[JsonSerializable(typeof(SourceResponse))]
[JsonSerializable(typeof(StackResponse))]
[JsonSerializable(typeof(StackResponse[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(CreateAppRequest))]
[JsonSerializable(typeof(UpdateAppRequest))]
[JsonSerializable(typeof(CreateAuthorizationRequest))]
[JsonSerializable(typeof(UpdateBuildpackInstallationsRequest))]
[JsonSerializable(typeof(CreateBuildRequest))]
[JsonSerializable(typeof(CreateDynoRequest))]
[JsonSerializable(typeof(UpdateFormationRequest))]
[JsonSerializable(typeof(FormationUpdate))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(CreateLogSessionRequest))]
[JsonSerializable(typeof(CreateReleaseRequest))]
[JsonSerializable(typeof(CreateSlugRequest))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>For writing: quotes and letters stay readable. The content type is JSON, so nothing needs escaping for HTML.</summary>
    public static ApiJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new WireTimeConverter() },
    });
}
