using System.Diagnostics;
using System.Text;
using Renga.Processes;

namespace Renga.Git.Http;

/// <summary>Runs a git command between two streams, both ways at once, and sees to it that it does not outlive the caller.</summary>
internal static class GitPipe
{
    private const int ErrorLimit = 4096;

    /// <summary>
    /// Its exit status and the beginning of what it said on stderr. On cancellation its input is closed, and after the grace period it is killed with all it
    /// started: a receive-pack that ends by itself removes the objects it had taken in.
    /// </summary>
    public static async Task<CommandResult> RunAsync(Command command, Stream? input, Stream output, CancellationToken ct, TimeSpan grace = default)
    {
        using var process = ProcessRunner.Start(command);
        using var late = new CancellationTokenSource();
        // A blocked read of a pipe does not see a token: the end of the program is what ends it.
        await using var killing = late.Token.Register(static p => ProcessRunner.Kill((Process)p!), process);
        using var feeding = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var ending = ct.Register(() => late.CancelAfter(grace));
        var error = ReadErrorAsync(process.StandardError);
        var feed = FeedAsync(process, input, feeding.Token);
        try
        {
            await CopyAsync(process.StandardOutput.BaseStream, output, ct);
            await process.WaitForExitAsync(late.Token);
        }
        finally
        {
            ProcessRunner.Kill(process);
            await feeding.CancelAsync();
            await feed;
        }

        ct.ThrowIfCancellationRequested();
        return new CommandResult(process.ExitCode, "", await error);
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            if (ct.IsCancellationRequested)
                continue;
            try
            {
                await to.WriteAsync(buffer.AsMemory(0, read), ct);
                await to.FlushAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // The reader has gone. What comes until the program ends is read away, so that it can end.
            }
        }
    }

    private static async Task FeedAsync(Process process, Stream? input, CancellationToken ct)
    {
        try
        {
            await using var stdin = process.StandardInput.BaseStream;
            if (input is not null)
                await input.CopyToAsync(stdin, ct);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidDataException)
        {
            // The client went away, sent a broken stream, or git needed no more; git's own answer says which.
        }
    }

    private static async Task<string> ReadErrorAsync(StreamReader error)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        int read;
        while ((read = await error.ReadAsync(buffer, CancellationToken.None)) > 0)
            kept.Append(buffer, 0, Math.Min(read, ErrorLimit - kept.Length));
        return kept.ToString().Trim();
    }
}
