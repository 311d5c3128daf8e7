using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Renga.Router.Failures;

namespace Renga.Router.Pipeline;

/// <summary>
/// The router's line about a request, to the byte of Heroku's (spec: protocols.md 6.2). What a client chose is cleaned, so that it can neither end a value
/// nor start a line of its own.
/// </summary>
internal static class RouterLine
{
    private const int PathLimit = 2048;
    private const int HostLimit = 253;
    private const int ForwardedLimit = 512;

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:-_[]");
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:-_[]%,");
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%|{}^`<>");

    public static string Format(Exchange exchange, RouterError? error, long serviceMilliseconds)
    {
        var line = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[512]);
        if (error is null)
        {
            line.AppendLiteral("at=info");
        }
        else
        {
            if (error.Socket is not null)
                line.AppendLiteral($"sock={error.Socket} ");
            line.AppendLiteral($"at={error.Level} code={error.Code} desc=\"{error.Description}\"");
            if (error.Cause is not null)
                line.AppendLiteral($" cause=\"{error.Cause}\"");
        }

        line.AppendLiteral(" method=");
        AppendClean(ref line, exchange.Request.Method, HostCharacters, HostLimit);
        line.AppendLiteral(" path=\"");
        AppendClean(ref line, exchange.Target, PathCharacters, PathLimit);
        line.AppendLiteral("\" host=");
        AppendClean(ref line, exchange.Host, HostCharacters, HostLimit);
        line.AppendLiteral(" request_id=");
        line.AppendLiteral(exchange.RequestId);
        line.AppendLiteral(" fwd=\"");
        AppendForwarded(ref line, exchange.ForwardedFor, exchange.ClientAddress);
        line.AppendLiteral("\" dyno=");
        if (exchange.Dyno is { } dyno)
            line.AppendLiteral(dyno.Endpoint.Name);
        line.AppendLiteral(" connect=");
        AppendMilliseconds(ref line, exchange.ConnectMilliseconds);
        line.AppendLiteral(" service=");
        AppendMilliseconds(ref line, serviceMilliseconds);
        line.AppendLiteral(" status=");
        line.AppendFormatted(error?.Status ?? exchange.Response.StatusCode);
        line.AppendLiteral(" bytes=");
        if (serviceMilliseconds >= 0)
            line.AppendFormatted(exchange.BytesSent);
        line.AppendLiteral(" protocol=");
        line.AppendLiteral(exchange.Request.Scheme);
        return line.ToStringAndClear();
    }

    private static void AppendMilliseconds(ref DefaultInterpolatedStringHandler line, long value)
    {
        if (value < 0)
            return;
        line.AppendFormatted(value);
        line.AppendLiteral("ms");
    }

    /// <summary>The last address is the one we saw, so a list that is too long loses its front.</summary>
    private static void AppendForwarded(ref DefaultInterpolatedStringHandler line, string value, string client)
    {
        if (value.Length > ForwardedLimit)
            value = client;
        if (!value.AsSpan().ContainsAnyExcept(AddressCharacters))
        {
            line.AppendLiteral(value);
            return;
        }

        foreach (var c in value)
        {
            if (AddressCharacters.Contains(c))
                line.AppendFormatted(c);
        }
    }

    private static void AppendClean(ref DefaultInterpolatedStringHandler line, string value, SearchValues<char> allowed, int limit)
    {
        var text = value.AsSpan(0, Math.Min(value.Length, limit));
        if (!text.ContainsAnyExcept(allowed))
        {
            line.AppendFormatted(text);
        }
        else
        {
            foreach (var c in text)
            {
                if (allowed.Contains(c))
                    line.AppendFormatted(c);
                else if (ReferenceEquals(allowed, PathCharacters))
                    line.AppendFormatted($"%{(int)c:X2}");
            }
        }

        if (value.Length > limit)
            line.AppendLiteral("...");
    }
}
