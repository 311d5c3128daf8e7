using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Renga.Api.Conventions;

/// <summary>Which version of the API a client asks for. Every variant of version 3 (<c>3.sdk</c>, <c>3.pipelines</c> ...) is served alike.</summary>
internal static partial class AcceptHeader
{
    public static bool IsVersion3(HttpRequest request) => request.Headers.Accept.Any(static value => value is not null && Version3().IsMatch(value));

    [GeneratedRegex(@"(^|,)\s*application/vnd\.heroku\+json\s*;\s*version=3(\.[A-Za-z0-9._-]+)?\s*(;|,|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Version3();
}
