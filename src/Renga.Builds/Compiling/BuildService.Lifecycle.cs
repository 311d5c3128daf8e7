using Renga.Builds.Output;
using Renga.Builds.Outputs;
using Renga.Builds.Recording;
using Renga.Model;
using Renga.Model.Builds;

namespace Renga.Builds.Compiling;

/// <summary>How a build begins and ends, whoever asked for it.</summary>
internal sealed partial class BuildService
{
    public async Task<Result<BuildReport>> BuildAsync(BuildRequest request, IBuildOutput output, CancellationToken ct) =>
        (await BeginAsync(request, output, ct)).TryGet(out var begun, out var refusal)
            ? await RunAsync(begun)
            : await RefuseAsync(new BuildTranscript(output, parts.Log, request.AppId, options.MaxOutputBytes, parts.Time), refusal);

    public async Task<Result<Build>> StartAsync(BuildRequest request, CancellationToken ct)
    {
        if (!(await BeginAsync(request, output: null, CancellationToken.None)).TryGet(out var begun, out var refusal))
            return refusal;
        _ = Task.Run(() => RunAloneAsync(begun), CancellationToken.None);
        return begun.Build;
    }

    public async Task<Result<Build>> CancelAsync(Guid appId, Guid buildId, CancellationToken ct)
    {
        var ended = await parts.Running.CancelAsync(appId, buildId, ct);
        if (await parts.Records.FindAsync(appId, buildId, ct) is not { } build)
            return Refusal.NotFound("build");
        return ended && build.Status == BuildStatus.Failed
            ? build
            : Refusal.Conflict($"The build is over already: it {(build.Status == BuildStatus.Succeeded ? "succeeded" : "failed")}. Only a pending build can be cancelled.");
    }

    /// <summary>1. Is the app building already? 2. Record the build. 3. From here on it can be cancelled, and what it says is kept.</summary>
    private async Task<Result<BegunBuild>> BeginAsync(BuildRequest request, IBuildOutput? output, CancellationToken ct)
    {
        if (!(await parts.Records.ReadAsync(request.AppId, ct)).TryGet(out var subject, out var refusal))
            return refusal;

        // 1.
        var claim = parts.Line.TryClaim(request.AppId);
        if (claim is null)
            return Refusal.Conflict($"A build of {subject.AppName} is already running. Wait for it to end, then try again.");
        try
        {
            // 2.
            if (!(await parts.Records.BeginAsync(request, ct)).TryGet(out var build, out refusal))
                return refusal;

            // 3.
            var begun = new BegunBuild(build, request, subject, claim, parts.Running.Enter(request.AppId, build.Id, ct), parts.Outputs.Open(request.AppId, build.Id, output));
            claim = null;
            return begun;
        }
        finally
        {
            claim?.Dispose();
        }
    }

    /// <summary>1. Wait for a place. 2. Compile. 3. Say how it ended, in the record, the output and the log channel.</summary>
    private async Task<Result<BuildReport>> RunAsync(BegunBuild begun)
    {
        await using var end = begun;
        var (build, request, subject) = (begun.Build, begun.Request, begun.Subject);
        var ct = begun.Running.Token;
        var transcript = new BuildTranscript(begun.Output, parts.Log, request.AppId, options.MaxOutputBytes, parts.Time);
        logger.BuildStarted(build.Id, subject.AppName);
        transcript.Announce($"Build started by user {request.AccountEmail}");

        Result<BuildReport> result;
        try
        {
            // 1.
            using var place = await parts.Line.EnterAsync(transcript.StepAsync, ct);

            // 2.
            result = await CompileAsync(build, request, subject, transcript, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            result = Refusal.Conflict(begun.Running.Reason);
        }
        catch (Exception e)
        {
            logger.BuildBroke(e, build.Id, subject.AppName);
            result = Refusal.Unavailable("The platform could not finish this build; its own log has the reason. Push again, or ask its operator.");
        }

        // 3.
        if (result.Refusal is null)
            return result;
        logger.BuildFailed(build.Id, subject.AppName, result.Refusal.Message);
        await parts.Records.FailAsync(build.Id, result.Refusal.Message, CancellationToken.None);
        await RefuseAsync(transcript, result.Refusal);
        transcript.Announce("Build failed -- check your build output");
        return result.Refusal;
    }

    /// <summary>Nobody waits for it, so that what breaks even its end goes to the platform's log.</summary>
    private async Task RunAloneAsync(BegunBuild begun)
    {
        try
        {
            await RunAsync(begun);
        }
        catch (Exception e)
        {
            logger.BuildBroke(e, begun.Build.Id, begun.Subject.AppName);
        }
    }

    private static async Task<Refusal> RefuseAsync(BuildTranscript transcript, Refusal refusal)
    {
        await transcript.LineAsync("");
        await transcript.ProblemAsync($"{refusal.Message}\n\nPush failed");
        return refusal;
    }

    /// <summary>A build that is recorded and about to run, with what it holds until it is over: first the app's turn, last the word that it has ended.</summary>
    private sealed record BegunBuild(Build Build, BuildRequest Request, BuildSubject Subject, IDisposable Claim, RunningBuild Running, KeptOutput Output) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Claim.Dispose();
            await Output.DisposeAsync();
            Running.Dispose();
        }
    }
}
