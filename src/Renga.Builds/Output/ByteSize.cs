using System.Globalization;

namespace Renga.Builds.Output;

/// <summary>Sizes as Heroku's builds print them: <c>34.5M</c>, <c>66K</c>.</summary>
internal static class ByteSize
{
    private const double Kibi = 1024;

    /// <summary><c>+1.2M</c>, <c>-66K</c>, <c>same size</c>.</summary>
    public static string Difference(long bytes, long before) => Math.Abs(bytes - before) < Kibi ? "same size" : bytes > before ? $"+{Format(bytes - before)}" : $"-{Format(before - bytes)}";

    public static string Format(long bytes) => bytes switch
    {
        >= 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (Kibi * Kibi * Kibi):0.#}G"),
        >= 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (Kibi * Kibi):0.#}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / Kibi):0}K"),
    };
}
