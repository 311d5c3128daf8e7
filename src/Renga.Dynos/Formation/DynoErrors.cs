using System.Globalization;

namespace Renga.Dynos.Formation;

/// <summary>The R-codes and the other lines about a dyno, in Heroku's words (spec: protocols.md 6.3).</summary>
internal static class DynoErrors
{
    public const string AttachError = "Error R13 (Attach error) -> Failed to attach to process";
    public const string OutOfMemory = "Error R15 (Memory quota vastly exceeded)";
    public const string Detached = "Error R16 (Detached) -> An attached process is not responding to SIGHUP after its external connection was closed.";
    public const string Checksum = "Error R17 (Checksum error)";
    public const string PlatformError = "Error R99 (Platform error) -> Failed to launch the process; it is tried again";
    public const string Terminating = "Stopping all processes with SIGTERM";
    public const string Killing = "Stopping process with SIGKILL";
    public const string KillingRest = "Stopping remaining processes with SIGKILL";
    public const string HangingUp = "Client connection closed. Sending SIGHUP to all processes";
    public const string AwaitingClient = "Awaiting client";
    public const string Restarting = "Restarting";
    public const string Cycling = "Cycling";

    public static string BootTimeout(DynosOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"Error R10 (Boot timeout) -> Web process failed to bind to $PORT within {options.BootTimeout.TotalSeconds:0.##} seconds of launch");

    public static string ExitTimeout(DynosOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"Error R12 (Exit timeout) -> At least one process failed to exit within {options.StopGrace.TotalSeconds:0.##} seconds of SIGTERM");

    public static string Starting(string command) => $"Starting process with command `{OneLine(command)}`";

    public static string StartingFor(string command, string accountEmail) => $"{Starting(command)} by user {accountEmail}";

    /// <summary>A command may hold line ends; a log line may not.</summary>
    public static string OneLine(string command) => command.ReplaceLineEndings(" ");

    public static string Exited(int status) => string.Create(CultureInfo.InvariantCulture, $"Process exited with status {status}");

    public static string KeepsServing(int failed, int serving) =>
        string.Create(CultureInfo.InvariantCulture, $"Release v{failed} did not come up; release v{serving} keeps serving");
}
