using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Renga.Model;
using Renga.Storage.Secrets;

namespace Renga.Api.Conventions;

/// <summary>
/// Addresses that need no credentials: whoever has one may do the one thing that it names, for an hour. The signature covers method, path and time, with a key of its own that is
/// derived from the platform's secret.
/// </summary>
internal sealed class SignedAddresses(SecretBox secrets, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Addresses made close together are the same, so that an answer that holds one keeps its ETag.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    private readonly byte[] _key = secrets.DeriveKey("renga signed addresses 1");

    /// <summary>An absolute address, on the host by which the client reached us.</summary>
    public string Make(HttpRequest request, string method, string path)
    {
        var step = (long)Step.TotalSeconds;
        var expires = ((time.GetUtcNow() + Life).ToUnixTimeSeconds() + step - 1) / step * step;
        return string.Create(CultureInfo.InvariantCulture, $"{request.Scheme}://{request.Host}{path}?expires={expires}&signature={Sign(method, path, expires)}");
    }

    /// <summary>Null when the request has a signature for what it wants, and in time.</summary>
    public Refusal? Check(HttpRequest request) => Check(request.Method, request.Path, request.Query["expires"], request.Query["signature"]);

    /// <summary>The same for an address in a body.</summary>
    public Refusal? Check(string method, Uri address)
    {
        var query = QueryHelpers.ParseQuery(address.Query);
        return Check(method, address.AbsolutePath, query.GetValueOrDefault("expires"), query.GetValueOrDefault("signature"));
    }

    private Refusal? Check(string method, string? path, string? expires, string? signature)
    {
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until) || signature is null
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(method, path ?? "", until)), Encoding.UTF8.GetBytes(signature)))
            return Refusal.Forbidden("This address is not signed for this request. Use it whole, as the API gave it, with the method that it is for.");
        return time.GetUtcNow().ToUnixTimeSeconds() <= until ? null : Refusal.Forbidden("This address has expired. Ask the API for a new one.");
    }

    private string Sign(string method, string path, long expires) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{method} {path} {expires}"))));
}
