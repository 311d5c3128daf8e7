using Renga.Builds.Output;
using Renga.Engines;

namespace Renga.Builds.Compiling;

/// <summary>Runs one build dyno to its end, passing on what it writes.</summary>
internal sealed class BuildDyno(IDynoEngine engine, BuildsOptions options, TimeProvider time)
{
    /// <summary>How long the last output may take to arrive after the dyno has ended.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(10);

    /// <summary>Returns when the dyno has ended or was stopped for its time or its output. It still exists then, and its files can be read; <see cref="DestroyAsync"/> removes it.</summary>
    public async Task<BuildDynoEnd> RunAsync(DynoSpec spec, BuildTranscript transcript, CancellationToken ct)
    {
        var created = await engine.CreateAsync(spec, ct);
        using var timeLimit = new CancellationTokenSource(options.Timeout, time);
        using var tooLoud = new CancellationTokenSource();
        using var running = CancellationTokenSource.CreateLinkedTokenSource(ct, timeLimit.Token, tooLoud.Token);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await engine.StartAsync(spec.Id, ct);
        var pump = PumpAsync(spec.Id, transcript, tooLoud, reading.Token);
        DynoExit? exit = null;
        try
        {
            exit = await engine.WaitAsync(spec.Id, running.Token);
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            await engine.SignalAsync(spec.Id, DynoSignal.Kill, ct);
        }
        finally
        {
            reading.CancelAfter(exit is null ? TimeSpan.FromSeconds(1) : LastOutput);
            await pump;
        }

        await transcript.EndOfOutputAsync();
        return new BuildDynoEnd(created.WorkFolder, exit?.Status ?? -1, exit is null && !tooLoud.IsCancellationRequested, exit?.OutOfMemory ?? false, exit is null && tooLoud.IsCancellationRequested, exit?.OutOfProcesses ?? false);
    }

    public Task DestroyAsync(Guid id) => engine.DestroyAsync(id, CancellationToken.None);

    private async Task PumpAsync(Guid id, BuildTranscript transcript, CancellationTokenSource tooLoud, CancellationToken ct)
    {
        var total = 0L;
        try
        {
            await foreach (var piece in engine.ReadOutputAsync(id, position: 0, ct))
            {
                await transcript.WriteAsync(piece.Bytes, piece.EndsLine);
                total += piece.Bytes.Length + 1;
                if (total > options.StopOutputBytes && !tooLoud.IsCancellationRequested)
                    await tooLoud.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The build was stopped.
        }
    }
}

/// <summary>How a build dyno ended.</summary>
/// <param name="WorkFolder">Its files, hostile.</param>
/// <param name="OutOfProcesses">The kernel refused it a process at least once.</param>
/// <param name="Status">Exit status; -1 when it was stopped for its time or its output.</param>
internal sealed record BuildDynoEnd(string WorkFolder, int Status, bool TimedOut, bool OutOfMemory, bool TooLoud, bool OutOfProcesses);
