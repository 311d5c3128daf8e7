using System.Globalization;
using Renga.Engines.State;

namespace Renga.Engines.Supervision;

/// <summary>How a dyno ended, as its supervisor wrote it down.</summary>
internal static class ExitFile
{
    /// <summary>What a dyno has whose supervisor was killed, or whose machine went down: as if killed.</summary>
    public const int Lost = 128 + (int)DynoSignal.Kill;

    public static (int Status, DateTimeOffset At)? Read(DynoFolder folder)
    {
        try
        {
            var text = File.ReadAllText(folder.Exit);
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var status))
                return null;
            return (status, new DateTimeOffset(File.GetLastWriteTimeUtc(folder.Exit)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Makes a loss as final as any other end.</summary>
    public static Task WriteLostAsync(DynoFolder folder, CancellationToken ct) =>
        AtomicFile.WriteAsync(folder.Exit, System.Text.Encoding.ASCII.GetBytes(Lost.ToString(CultureInfo.InvariantCulture)), ct);
}
