using Microsoft.AspNetCore.Http;
using Renga.Router.Pipeline;

namespace Renga.Router.Forwarding;

/// <summary>Writes the request as the dyno gets it: hop-by-hop headers gone, the platform's own added (spec: protocols.md 6.1).</summary>
internal sealed class RequestHead(TimeProvider time)
{
    public void Write(ref SendBuffer to, Exchange exchange)
    {
        var isUpgrade = exchange.IsUpgrade;
        var request = exchange.Request;
        var headers = request.Headers;
        var connection = headers.Connection.Count == 0 ? null : headers.Connection.ToString();

        // 1. Request line and host
        to.Add(request.Method);
        to.Add(" "u8);
        to.Add(exchange.Target);
        to.Add(" HTTP/1.1\r\nHost: "u8);
        to.Add(exchange.Host);
        to.Add("\r\n"u8);

        // 2. The client's headers, without those about its own connection
        foreach (var (name, values) in headers)
        {
            switch (HeaderKinds.Of(name))
            {
                case HeaderKind.Ordinary or HeaderKind.ContentType or HeaderKind.Server or HeaderKind.SetCookie or HeaderKind.Expect:
                    if (connection is not null && ConnectionNames.Contains(connection, name))
                        continue;
                    break;
                case HeaderKind.Upgrade when isUpgrade:
                    break;
                default:
                    continue;
            }

            foreach (var value in values)
                AddHeader(ref to, name, value);
        }

        // 3. The body's framing
        if (headers.ContentLength is { } length)
        {
            to.Add("Content-Length: "u8);
            to.Add(length);
            to.Add("\r\n"u8);
        }
        else if (exchange.HasBody && !isUpgrade)
        {
            to.Add("Transfer-Encoding: chunked\r\n"u8);
        }

        if (isUpgrade)
            to.Add("Connection: Upgrade\r\n"u8);

        // 4. The platform's own
        AddPlatformHeaders(ref to, exchange, headers);
        to.Add("\r\n"u8);
    }

    private void AddPlatformHeaders(ref SendBuffer to, Exchange exchange, IHeaderDictionary headers)
    {
        to.Add("X-Request-Id: "u8);
        to.Add(exchange.RequestId);
        to.Add("\r\nX-Forwarded-For: "u8);
        to.Add(exchange.ForwardedFor);
        to.Add(exchange.Request.Scheme.Length == 5 ? "\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: "u8 : "\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: "u8);
        to.Add(exchange.LocalPort);
        to.Add("\r\nVia: "u8);
        if (headers.Via.Count > 0)
        {
            to.Add(headers.Via.ToString());
            to.Add(", "u8);
        }

        to.Add("1.1 renga\r\nConnect-Time: "u8);
        to.Add(exchange.ConnectMilliseconds);
        to.Add("\r\nX-Request-Start: "u8);
        var total = (long)time.GetElapsedTime(exchange.StartedAt).TotalMilliseconds;
        to.Add(time.GetUtcNow().ToUnixTimeMilliseconds() - total);
        to.Add("\r\nTotal-Route-Time: "u8);
        to.Add(total);
        to.Add("\r\n"u8);
    }

    private static void AddHeader(ref SendBuffer to, string name, string? value)
    {
        to.Add(name);
        to.Add(": "u8);
        to.Add(value ?? "");
        to.Add("\r\n"u8);
    }
}
