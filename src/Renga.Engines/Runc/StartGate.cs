using Renga.Engines.Native;
using Renga.Engines.State;

namespace Renga.Engines.Runc;

/// <summary>
/// The pipe at which the runtime holds a created container's process 1. What <c>runc start</c> does is read from it and remove it;
/// done here, it takes no program, and so about a millisecond.
/// </summary>
internal static class StartGate
{
    /// <summary>Lets the dyno go. Nothing happens when it was let go before, or has ended.</summary>
    public static async Task OpenAsync(string path, ProcessIdentity init, TimeProvider time, CancellationToken ct)
    {
        // Without blocking: process 1 may be dead, and then nobody would ever open the other end.
        using var pipe = Libc.TryOpen(path, Libc.ReadOnly | Libc.NonBlocking, out _);
        if (pipe is null)
            return;
        while (true)
        {
            // Asked before reading: a dyno may be over a moment after it was let go, and its byte is in the pipe then.
            var alive = init.IsAlive;
            if (ReadByte(pipe))
            {
                File.Delete(path);
                return;
            }

            if (!alive)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, ct);
        }
    }

    /// <summary>False while the other end has not been opened or written yet.</summary>
    private static bool ReadByte(Microsoft.Win32.SafeHandles.SafeFileHandle pipe)
    {
        Span<byte> one = stackalloc byte[1];
        return Libc.Read(pipe, one, 1) == 1;
    }
}
