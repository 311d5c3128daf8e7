using System.Diagnostics;
using System.Text;

namespace Renga.Processes;

/// <summary>The only class that starts programs. It takes argument lists, so nothing a user typed is ever read by a shell.</summary>
public static class ProcessRunner
{
    /// <summary>Characters kept of each stream by <see cref="RunAsync"/>.</summary>
    public const int OutputLimit = 1024 * 1024;

    /// <summary>Runs a program to its end. On cancellation it is killed with its children.</summary>
    public static async Task<CommandResult> RunAsync(Command command, CancellationToken ct, string? input = null)
    {
        using var process = Start(command);
        try
        {
            var output = ReadAsync(process.StandardOutput, ct);
            var error = ReadAsync(process.StandardError, ct);
            await WriteInputAsync(process, input);
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(ct);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            throw;
        }
    }

    /// <summary>Runs a program that must succeed; throws <see cref="CommandFailedException"/> when it does not.</summary>
    public static async Task<CommandResult> RunCheckedAsync(Command command, CancellationToken ct, string? input = null)
    {
        var result = await RunAsync(command, ct, input);
        return result.Succeeded ? result : throw new CommandFailedException(command, result);
    }

    /// <summary>Starts a program with its three streams piped. The caller disposes it, and kills it if it must not outlive the caller.</summary>
    public static Process Start(Command command)
    {
        var info = new ProcessStartInfo(command.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = command.WorkingFolder ?? "",
        };
        foreach (var argument in command.Arguments)
            info.ArgumentList.Add(argument);
        if (command.ClearEnvironment)
            info.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            info.Environment[name] = value;

#pragma warning disable RS0030 // this is the one class
        return Process.Start(info) ?? throw new InvalidOperationException($"{command.Program} did not start.");
#pragma warning restore RS0030
    }

    /// <summary>Kills the program and its children; nothing happens when it has ended.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static async Task WriteInputAsync(Process process, string? input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it; its status says whether that was wrong.
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken ct)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, ct)) > 0)
            kept.Append(buffer, 0, Math.Min(read, OutputLimit - kept.Length));
        return kept.ToString();
    }
}
