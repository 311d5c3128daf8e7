using System.Net;

namespace Renga.Dynos.Running;

/// <summary>Looks at a booting dyno's port until something accepts there: often at first, since most apps bind soon, then less.</summary>
internal sealed class BootWatch(IPortProbe probe, DynosOptions options, TimeProvider time)
{
    /// <summary>True when it accepts; false when cancelled first. There is no limit here: the loop has the boot timeout.</summary>
    public async Task<bool> WaitForPortAsync(IPEndPoint endpoint, CancellationToken ct)
    {
        var pause = options.FirstProbePause;
        try
        {
            while (!await probe.AcceptsAsync(endpoint, ct))
            {
                await Task.Delay(pause, time, ct);
                pause = pause * 2 < options.MaxProbePause ? pause * 2 : options.MaxProbePause;
            }

            return true;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
