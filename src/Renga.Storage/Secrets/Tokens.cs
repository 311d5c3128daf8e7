using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Renga.Storage.Secrets;

/// <summary>Makes and hashes secrets that are given out once.</summary>
internal static class Tokens
{
    /// <summary>Heroku's prefix, which secret scanners know.</summary>
    public const string Prefix = "HRKU-";

    private const int TokenBytes = 36;
    private const int PasswordBytes = 18;

    public static string NewToken() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    public static string NewPassword() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(PasswordBytes));

    /// <summary>As kept in <see cref="Model.Accounts.AccessToken.Hash"/>.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
