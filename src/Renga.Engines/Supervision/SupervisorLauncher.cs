using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Renga.Engines.State;
using Renga.Processes;

namespace Renga.Engines.Supervision;

/// <summary>Starts a supervisor and waits until its dyno is created, or it says why not.</summary>
internal static class SupervisorLauncher
{
    public static async Task<(ProcessIdentity Supervisor, ProcessIdentity Init)> LaunchAsync(DynoFolder folder, Command command, CancellationToken ct)
    {
        using var process = ProcessRunner.Start(command);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadLineAsync(ct);
        var report = Parse(said);
        if (report is null || report.Data <= 0)
        {
            var error = (await process.StandardError.ReadToEndAsync(ct)).Trim();
            throw new EngineException($"The supervisor could not create dyno {folder.Name}: {(report?.Message ?? said ?? "")} {error}".TrimEnd());
        }

        // The program we started writes the number of its child, the supervisor, before it ends; the child may report earlier.
        await process.WaitForExitAsync(ct);
        var supervisor = DynoFolder.ReadPid(folder.SupervisorPid) is { } pid ? ProcessIdentity.Find(pid) : null;
        var init = ProcessIdentity.Find(report.Data);
        if (supervisor is null || init is null)
            throw new EngineException(string.Create(CultureInfo.InvariantCulture, $"Dyno {folder.Name} ended while it was created (process {report.Data})."));
        return (supervisor, init);
    }

    private static SupervisorReport? Parse(string? line)
    {
        try
        {
            return line is null ? null : JsonSerializer.Deserialize(line, SupervisorJson.Default.SupervisorReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The line that conmon writes on its sync pipe.</summary>
internal sealed record SupervisorReport([property: JsonPropertyName("data")] int Data, [property: JsonPropertyName("message")] string? Message);

[JsonSerializable(typeof(SupervisorReport))]
internal sealed partial class SupervisorJson : JsonSerializerContext;
