using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Renga.Model;
using Renga.Protocol.Api;

namespace Renga.Api;

/// <summary>What an operation answers: a wire shape and a status. Adds the ETag, and answers 304 when the client has it already.</summary>
internal sealed class ApiAnswer : IResult
{
    private const string ContentType = "application/json;charset=utf-8";
    private const int TagLength = 32;

    private readonly object? _body;
    private readonly Type _type;
    private readonly int _status;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;

    private ApiAnswer(object? body, Type type, int status, IReadOnlyList<(string Name, string Value)> headers)
    {
        _body = body;
        _type = type;
        _status = status;
        _headers = headers;
    }

    public static ApiAnswer Ok<T>(T body) => Of(body, StatusCodes.Status200OK);

    public static ApiAnswer Created<T>(T body) => Of(body, StatusCodes.Status201Created);

    /// <summary>Under way; <c>{}</c>.</summary>
    public static ApiAnswer Accepted { get; } = Of(new EmptyResponse(), StatusCodes.Status202Accepted);

    public static ApiAnswer Of<T>(T body, int status, params IReadOnlyList<(string Name, string Value)> headers) => new(body, typeof(T), status, headers);

    public static implicit operator ApiAnswer(Refusal refusal) => ApiErrors.From(refusal);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(_body, _type, ApiJson.Wire);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..TagLength]}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-cache";
        foreach (var (name, value) in _headers)
            response.Headers[name] = value;

        if (_status < StatusCodes.Status300MultipleChoices && HttpMethods.IsGet(httpContext.Request.Method) && IsKnown(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.StatusCode = _status;
        response.ContentType = ContentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }

    private static bool IsKnown(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(k => k.Tag == "*" || k.Tag == tag);
}
