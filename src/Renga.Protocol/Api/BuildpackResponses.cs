namespace Renga.Protocol.Api;

/// <summary>Schema: buildpack-installation.</summary>
public sealed record BuildpackInstallationResponse(BuildpackReference Buildpack, int Ordinal);

/// <param name="Url">A URL, or <c>urn:buildpack:heroku/nodejs</c> for one that the platform knows by name.</param>
public sealed record BuildpackReference(string Name, string Url);

/// <summary>PUT /apps/{app}/buildpack-installations: replaces all.</summary>
public sealed record UpdateBuildpackInstallationsRequest(IReadOnlyList<BuildpackUpdate>? Updates);

/// <param name="Buildpack">A name or URL.</param>
public sealed record BuildpackUpdate(string? Buildpack);

/// <summary>A buildpack of the registry, with the fields that the official CLI reads.</summary>
public sealed record RegistryBuildpackResponse
{
    public required Guid Id { get; init; }
    public required string BlobUrl { get; init; }
    public required string Name { get; init; }
    public required string Namespace { get; init; }
    public required string Description { get; init; }
    public bool TwoFactorAuthentication { get; init; }
    public string Category { get; init; } = "languages";
    public RegistrySupport Support { get; init; } = new("unsupported", null);
    public RegistrySource Source { get; init; } = new("platform");
}

/// <summary>A version of a buildpack of the registry.</summary>
public sealed record RegistryRevisionResponse(Guid Id, int Release, string Status, string License, DateTimeOffset CreatedAt);

/// <summary>What a buildpack says of itself at length.</summary>
public sealed record RegistryReadmeResponse(string Content, string Encoding);

public sealed record RegistrySupport(string Method, string? Address);

public sealed record RegistrySource(string Type);
