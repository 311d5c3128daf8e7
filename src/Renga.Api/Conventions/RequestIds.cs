using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Renga.Api.Conventions;

/// <summary>
/// The Request-Id header. Clients send a list of their own ids, which may grow with every call; it comes back as it is, as far as it is sound. Without one, one is made.
/// </summary>
internal static partial class RequestIds
{
    private const string Header = "Request-Id";
    private const int MaxIds = 20;

    public static string Apply(HttpContext http)
    {
        var given = http.Request.Headers[Header].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(static id => Sound().IsMatch(id))
            .TakeLast(MaxIds)
            .ToList();
        var value = given.Count > 0 ? string.Join(',', given) : Guid.CreateVersion7().ToString();
        http.Response.Headers[Header] = value;
        return value;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9-]{20,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sound();
}
