using System.Text.Json.Serialization;

namespace Renga.Protocol.Api;

/// <summary>The body of every error.</summary>
/// <param name="Id">A stable word: <c>not_found</c>, <c>invalid_params</c> ...</param>
/// <param name="Message">A sentence for the user.</param>
public sealed record ErrorResponse(string Id, string Message)
{
    /// <summary>For <c>not_found</c>: the kind of thing that was looked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Resource { get; init; }

    /// <summary>Where to read more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }
}
