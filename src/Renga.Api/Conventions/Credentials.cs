using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Renga.Api.Conventions;

/// <summary>What the Authorization header says: a bearer token, or Basic with a token or password behind any user name or none.</summary>
internal sealed record Credentials(string? User, string Secret)
{
    /// <summary>Null when there is none that could be right.</summary>
    public static Credentials? Read(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || string.IsNullOrEmpty(header.Parameter))
            return null;
        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return new Credentials(null, header.Parameter);
        return header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? ReadBasic(header.Parameter) : null;
    }

    private static Credentials? ReadBasic(string parameter)
    {
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon == text.Length - 1 ? null : new Credentials(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"Credentials of {User ?? "a token"}";
}
