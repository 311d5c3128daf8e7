using System.Globalization;

namespace Renga.Builds.Admission;

/// <summary>Percent of the last ten seconds in which something that could run waited for processors, for memory.</summary>
internal sealed record PressureReading(double Cpu, double Memory)
{
    /// <summary>
    /// What the machine is short of, in a word; null when a build may start. One build alone may always have what the apps leave of the processors, since it gives
    /// way to them; memory it cannot give back.
    /// </summary>
    public string? ShortOf(BuildsOptions options, bool othersBuild) =>
        Memory >= options.MemoryPressure ? "memory" : othersBuild && Cpu >= options.CpuPressure ? "processor time" : null;

    /// <summary>The first average of the line <c>some avg10=0.57 avg60=2.38 avg300=19.95 total=5806531083</c>; 0 when there is none.</summary>
    public static double ParseSome(string text)
    {
        const string Start = "some avg10=";
        if (!text.StartsWith(Start, StringComparison.Ordinal))
            return 0;
        var end = text.IndexOf(' ', Start.Length);
        return end > 0 && double.TryParse(text.AsSpan(Start.Length, end - Start.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? percent : 0;
    }
}
