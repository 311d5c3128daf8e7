using System.Text.Json;

namespace Renga.Builds.Results;

/// <summary>What buildpacks measured (bin/report, and the file of BUILDPACK_LOG_FILE), for the log channel.</summary>
internal static class BuildReports
{
    private const int MaxReports = 20;
    private const int MaxReport = 32 * 1024;
    private const int MaxLine = 8_000;
    private const int MaxLogLines = 50;

    /// <summary>One line each. What cannot be read is left out: nobody asked for it.</summary>
    public static IEnumerable<string> Read(string temporary, Guid buildId)
    {
        var results = $"results_{buildId:N}";
        for (var number = 1; number <= MaxReports; number++)
        {
            if (ConfinedFile.ReadText(temporary, $"{results}/report.{number}", MaxReport).TryGet(out var text, out _) && Compact(text) is { } report)
                yield return $"Report of buildpack {number}: {report}";
        }

        if (ConfinedFile.ReadText(temporary, $"{results}/buildpack.log", MaxReport).TryGet(out var log, out _) && log is not null)
        {
            foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MaxLogLines))
                yield return $"Buildpack log: {(line.Length <= MaxLine ? line : line[..MaxLine])}";
        }
    }

    // Most print JSON; some print lines of "name: value".
    private static string? Compact(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var line = Flat(text);
        return line.Length is > 2 and <= MaxLine ? line : null;
    }

    private static string Flat(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(document.RootElement);
        }
        catch (JsonException)
        {
            return string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static l => new string([.. l.Where(static c => !char.IsControl(c))])));
        }
    }
}
