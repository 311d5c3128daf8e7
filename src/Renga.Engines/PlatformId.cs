using System.Security.Cryptography;
using System.Text;
using Renga.Engines.Native;

namespace Renga.Engines;

/// <summary>Tells platforms on one machine apart.</summary>
public static class PlatformId
{
    /// <summary>8 hexadecimal digits of the hash of the data folder's real path. Make the folder first: of one that is not there, links are not followed.</summary>
    public static string Of(string dataFolder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Libc.RealPath(path) ?? path)))[..8];
    }
}
