using System.Security.Cryptography;
using System.Text;

namespace Renga.Engines;

/// <summary>Tells platforms on one machine apart.</summary>
public static class PlatformId
{
    /// <summary>8 hexadecimal digits of the hash of the data folder's real path.</summary>
    public static string Of(string dataFolder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        var real = Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(real)))[..8];
    }
}
