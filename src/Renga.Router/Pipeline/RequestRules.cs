using Microsoft.AspNetCore.Http;
using Renga.Router.Failures;

namespace Renga.Router.Pipeline;

/// <summary>
/// What no dyno should see. Kestrel has refused most of what is wrong already: bare line feeds, folded and malformed headers, two hosts, two lengths,
/// a last transfer coding that is not chunked. This refuses what it lets through and another server may read differently.
/// </summary>
internal sealed class RequestRules(RouterOptions options)
{
    private const int NameLimit = 1000;
    private const int MethodLimit = 127;

    /// <summary>Null when the request may go to a dyno; sets <see cref="Exchange.Target"/>.</summary>
    public RouterError? Check(Exchange exchange)
    {
        var request = exchange.Request;
        if (request.Method == "CONNECT" || request.Method.Length > MethodLimit)
            return RouterErrors.BadMethod;

        var headers = request.Headers;
        if (headers.TransferEncoding.Count > 0 && BreaksFraming(headers, request.Protocol))
            return RouterErrors.BadHeader;
        foreach (var (name, values) in headers)
        {
            if (name.Length > NameLimit)
                return RouterErrors.BadHeader;
            foreach (var value in values)
            {
                if (name.Length + (value?.Length ?? 0) + 2 > options.RequestHeaderLimit)
                    return RouterErrors.BadHeader;
            }
        }

        if (headers.Expect.Count > 0 && !headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase))
            return RouterErrors.BadExpect;
        return null;
    }

    /// <summary>The path and query of a request line in any of its forms, as a dyno gets it.</summary>
    public static string OriginForm(string rawTarget)
    {
        if (rawTarget is ['/', ..] or "*" or "")
            return rawTarget;
        var authority = rawTarget.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : rawTarget.AsSpan(authority + 3).IndexOfAny('/', '?');
        if (path < 0)
            return "/";
        var target = rawTarget[(authority + 3 + path)..];
        return target[0] == '/' ? target : "/" + target;
    }

    /// <summary>Only plain <c>chunked</c>, only in HTTP/1.1, never with a length. Kestrel moves the length it ignores into X-Content-Length.</summary>
    private static bool BreaksFraming(IHeaderDictionary headers, string protocol) =>
        protocol == "HTTP/1.0"
        || headers.TransferEncoding is not [{ } coding]
        || !coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
        || headers.ContainsKey("X-Content-Length");
}
