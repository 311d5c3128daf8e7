using System.Text.RegularExpressions;

namespace Renga.Model;

/// <summary>The checksums that clients send: <c>SHA256:</c> and 64 hex digits.</summary>
public static partial class Checksum
{
    /// <summary>The digest in lower-case hex; null when there is no checksum.</summary>
    public static Result<string?> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Result<string?>.Ok(null);
        return Form().Match(text) is { Success: true } match
            ? match.Groups["digest"].Value.ToLowerInvariant()
            : Refusal.Invalid("Checksum must be SHA256: and 64 hexadecimal digits, as sha256sum prints them.");
    }

    /// <summary>A digest as clients read it.</summary>
    /// <param name="digest">Lower-case hex.</param>
    public static string Format(string digest) => $"SHA256:{digest}";

    [GeneratedRegex(@"\A(?:SHA256|sha256):(?<digest>[0-9a-fA-F]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
