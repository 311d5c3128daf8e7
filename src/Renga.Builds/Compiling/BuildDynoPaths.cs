using System.Globalization;

namespace Renga.Builds.Compiling;

/// <summary>Where things are inside the build dyno.</summary>
internal static class BuildDynoPaths
{
    public const string Build = "/renga/build";
    public const string Source = "/renga/source.tar";
    public const string Buildpacks = "/renga/buildpacks";
    public const string Cache = "/cache";
    public const string Temporary = "/tmp";

    /// <summary>The machine's list of certificate authorities, as seen inside too.</summary>
    public const string Authorities = "/etc/ssl/certs/ca-certificates.crt";

    /// <summary>Where a buildpack is that comes from a folder of this machine.</summary>
    public static string LocalBuildpack(int index) => string.Create(CultureInfo.InvariantCulture, $"/renga/local/{index}");
}
