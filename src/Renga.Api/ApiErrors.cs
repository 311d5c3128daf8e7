using Microsoft.AspNetCore.Http;
using Renga.Model;
using Renga.Protocol.Api;

namespace Renga.Api;

/// <summary>The one map from what went wrong to error id and HTTP status.</summary>
internal static class ApiErrors
{
    public static ApiAnswer From(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid => Error(StatusCodes.Status422UnprocessableEntity, "invalid_params", refusal.Message),
        RefusalKind.NotFound => Error(StatusCodes.Status404NotFound, "not_found", refusal.Message, Word(refusal.Resource)),
        RefusalKind.Unauthorized => Error(StatusCodes.Status401Unauthorized, "unauthorized", refusal.Message),
        RefusalKind.Forbidden => Error(StatusCodes.Status403Forbidden, "forbidden", refusal.Message),
        RefusalKind.Conflict => Error(StatusCodes.Status409Conflict, "conflict", refusal.Message),
        RefusalKind.Unavailable => Error(StatusCodes.Status503ServiceUnavailable, "service_unavailable", refusal.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Kind, "not a kind of refusal"),
    };

    public static ApiAnswer NotAcceptable { get; } = Error(
        StatusCodes.Status406NotAcceptable, "not_acceptable", "Send the header \"Accept: application/vnd.heroku+json; version=3\": this platform speaks version 3 of the API.");

    public static ApiAnswer RateLimit { get; } = Error(
        StatusCodes.Status429TooManyRequests, "rate_limit", "Your account reached the API rate limit. Please wait a few minutes before making new requests.");

    public static ApiAnswer NoSuchEndpoint { get; } = Error(
        StatusCodes.Status404NotFound, "not_found", "The requested API endpoint was not found. Check the method (GET, POST, PATCH, PUT, DELETE) and the path.");

    public static ApiAnswer Internal { get; } = Error(
        StatusCodes.Status500InternalServerError, "internal_server_error", "Something went wrong on the platform's side. The Request-Id of this answer finds it in the platform's log.");

    public static ApiAnswer BadRange(string message) => Error(StatusCodes.Status416RangeNotSatisfiable, "requested_range_not_satisfiable", message);

    /// <summary>A request that could not be read: 400, 413 or 422 as its reader decided.</summary>
    public static ApiAnswer Unreadable(BadHttpRequestException e) =>
        Error(e.StatusCode, e.StatusCode == StatusCodes.Status422UnprocessableEntity ? "invalid_params" : "bad_request", e.Message);

    private static ApiAnswer Error(int status, string id, string message, string? resource = null) =>
        ApiAnswer.Of(new ErrorResponse(id, message) { Resource = resource }, status);

    private static string? Word(string? resource) => resource?.Replace(' ', '_');
}
