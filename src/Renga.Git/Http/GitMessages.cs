using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Renga.Git.Http;

/// <summary>What requests and responses of the protocol have in common.</summary>
internal static class GitMessages
{
    /// <summary>The request's body, unpacked when the client sent it gzipped. Size is git's own limit, not the web server's.</summary>
    public static Stream Body(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var zipped = context.Request.Headers.ContentEncoding.ToString() is "gzip" or "x-gzip";
        return zipped ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
    }

    /// <summary>True when the request is what a git client sends; otherwise the response says so.</summary>
    public static bool HasType(HttpContext context, string expected)
    {
        if (context.Request.ContentType == expected)
            return true;
        context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return false;
    }

    /// <summary>Versions are all that a client may name here; anything else is left out rather than handed to a program.</summary>
    public static string? Protocol(HttpContext context) => Protocol(context.Request.Headers["Git-Protocol"].ToString());

    /// <inheritdoc cref="Protocol(HttpContext)"/>
    public static string? Protocol(string text) => text is "version=2" or "version=1" ? text : null;

    public static void Begin(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
        context.Response.Headers.Expires = "Fri, 01 Jan 1980 00:00:00 GMT";
        context.Response.Headers.Pragma = "no-cache";
    }
}
