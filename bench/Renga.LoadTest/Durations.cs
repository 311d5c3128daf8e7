using System.Globalization;

namespace Renga.LoadTest;

/// <summary>A list of durations and what to say of it.</summary>
internal sealed class Durations
{
    private readonly List<double> _milliseconds = [];

    public void Since(long start) => _milliseconds.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);

    /// <summary>A row of a table: name, p50, p90, the largest.</summary>
    public string Row(string name)
    {
        _milliseconds.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {At(0.5):0} | {At(0.9):0} | {_milliseconds[^1]:0} |");

        double At(double share) => _milliseconds[Math.Min(_milliseconds.Count - 1, (int)(_milliseconds.Count * share))];
    }
}
