namespace Renga.Protocol.Api;

/// <summary>Schema: slug.</summary>
public sealed record SlugResponse
{
    public required SlugBlob Blob { get; init; }
    public string? BuildpackProvidedDescription { get; init; }
    public string? Checksum { get; init; }
    public string? Commit { get; init; }
    public string? CommitDescription { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public required Guid Id { get; init; }
    public required IReadOnlyDictionary<string, string> ProcessTypes { get; init; }

    /// <summary>Null until there is code.</summary>
    public long? Size { get; init; }

    public required NamedReference Stack { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <param name="Method"><c>put</c> to give the code, <c>get</c> to read it.</param>
public sealed record SlugBlob(string Method, string Url);

/// <summary>POST /apps/{app}/slugs.</summary>
/// <param name="Stack">A name or an id.</param>
public sealed record CreateSlugRequest(
    IReadOnlyDictionary<string, string?>? ProcessTypes, string? BuildpackProvidedDescription, string? Checksum, string? Commit, string? CommitDescription, string? Stack);
