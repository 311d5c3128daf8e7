using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Renga.Protocol.Rendezvous;

/// <summary>
/// How a client joins an attached one-off dyno (spec: official-cli.md 7, protocols.md 5.2). Over TLS the client sends the secret and a line end; the server answers
/// one line, which every client throws away together with all else in the same chunk; then bytes go both ways until one side closes.
/// </summary>
public static class RendezvousProtocol
{
    /// <summary>Must go out as a TLS record of its own, before anything of the dyno.</summary>
    public static ReadOnlyMemory<byte> Greeting { get; } = "rendezvous\r\n"u8.ToArray();

    /// <summary>Bytes of the client's first line.</summary>
    public const int MaxRequestLine = 1024;

    /// <summary>What a client without terminal sends at the end of its input.</summary>
    public const byte EndOfInput = 0x04;

    /// <summary>256 random bits, in characters that a URL needs no escape for.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static string Url(string host, int port, string secret) => string.Create(CultureInfo.InvariantCulture, $"rendezvous://{host}:{port}/{secret}");

    /// <summary>The secret in the client's first line, without the query that may follow it; null when the line can hold none.</summary>
    public static string? ParseSecret(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r\n"u8);
        var query = line.IndexOf((byte)'?');
        if (query >= 0)
            line = line[..query];
        foreach (var b in line)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'-' or (byte)'_'))
                return null;
        }

        return line.IsEmpty ? null : Encoding.ASCII.GetString(line);
    }
}
