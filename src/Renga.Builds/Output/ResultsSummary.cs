using System.Globalization;
using Renga.Builds.Results;

namespace Renga.Builds.Output;

/// <summary>What a build that went well tells the pusher at its end.</summary>
internal static class ResultsSummary
{
    public static async Task WriteAsync(BuildResults results, BuildTranscript transcript)
    {
        await transcript.StepAsync("Discovering process types");
        await transcript.DetailAsync($"Procfile declares types     -> {Names(results.Declared.Keys)}");
        if (results.Release.ProcessTypes.Keys.Except(results.Declared.Keys).Any())
            await transcript.DetailAsync($"Default types for buildpack -> {Names(results.Release.ProcessTypes.Keys)}");
        foreach (var type in results.Repeated.Distinct(StringComparer.Ordinal))
            await transcript.ProblemAsync($"Warning: the Procfile has \"{type}\" more than once; the last line counts.");
        if (results.Release.AddOns.Count > 0)
            await transcript.DetailAsync($"Add-ons that the buildpack asks for -> {Names(results.Release.AddOns)} (not made by a build; add them by hand)");
        await transcript.LineAsync("");
    }

    /// <summary><c>Done: 12.3M (+200K) (1.4s)</c>, and what became of the cache.</summary>
    public static async Task WriteSizeAsync(long bytes, long? before, TimeSpan time, CacheUse cache, BuildTranscript transcript)
    {
        var difference = before is { } last ? $" ({ByteSize.Difference(bytes, last)})" : "";
        await transcript.DetailAsync($"Done: {ByteSize.Format(bytes)}{difference}{Seconds(time)}");
        if (cache.Text is { } text)
            await transcript.DetailAsync($"Cache: {(cache.Bytes is { } size ? $"{ByteSize.Format(size)}, " : "")}{text}");
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds < 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({time.TotalSeconds:0.0}s)");

    private static string Names(IReadOnlyCollection<string> names) => names.Count == 0 ? "(none)" : string.Join(", ", names);

    private static string Names(IEnumerable<string> names) => Names(names.ToArray());
}
