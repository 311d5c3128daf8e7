using Microsoft.Extensions.Logging;
using Renga.Git.Commands;
using Renga.Git.Http;
using Renga.Git.Repositories;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Processes;

namespace Renga.Git.Pushes;

/// <summary>Runs pushes: git's receive-pack on one side, the judge on the other, a folder of their own between them.</summary>
internal sealed class PushSessions(GitOptions options, ReceiveHook hook, PushJudge judge, IRepositorySizes sizes, Ids ids, ILogger<PushSessions> logger)
{
    public const string FolderPrefix = "push-";

    /// <summary>How long git may take to clean up when the pusher has gone.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// 1. Open the channel. 2. Start git, and wait for its hook at the same time. 3. git has ended: whatever still runs for this push is cancelled.
    /// 4. Measure, and let HEAD name a branch that is there, so that a clone checks it out.
    /// </summary>
    /// <returns>How receive-pack ended.</returns>
    public async Task<CommandResult> RunAsync(GitGrant grant, Stream request, Stream response, GitTransport transport, CancellationToken ct)
    {
        // 1.
        var folder = Path.Combine(options.RunFolder, $"{FolderPrefix}{ids.New():N}");
        CommandResult result;
        RefUpdate? deployed;
        await using (var channel = await PushChannel.CreateAsync(folder, ct))
        {
            // 2.
            using var session = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var judging = JudgeAsync(grant, channel, folder, session.Token);
            try
            {
                var command = GitCommands.ReceivePack(grant.Repository, hook.Folder, folder, options.MaxPackBytes, transport);
                result = await GitPipe.RunAsync(command, request, response, ct, Grace);
            }
            finally
            {
                // 3.
                await session.CancelAsync();
                channel.Unblock();
                deployed = await judging;
            }
        }

        // 4.
        logger.CommandEnded("git receive-pack", result.Status, result.Error);
        await AfterAsync(grant, deployed);
        return result;
    }

    private async Task<RefUpdate?> JudgeAsync(GitGrant grant, PushChannel channel, string folder, CancellationToken ct)
    {
        if (await channel.ReadQuestionAsync() is not { } question)
            return null;
        var verdict = 1;
        try
        {
            verdict = await judge.DecideAsync(grant, question, channel, folder, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The pusher has gone, and nobody reads a verdict.
        }
        catch (Exception e)
        {
            logger.PushFailed(e, grant.App.Name);
            await channel.WriteLineAsync(" !     The platform failed while it handled this push; its log has the reason. Nothing was changed.");
        }

        await channel.CloseAsync(verdict);
        return verdict == 0 ? PushPlan.Of(question.Updates).Deploy : null;
    }

    private async Task AfterAsync(GitGrant grant, RefUpdate? deployed)
    {
        try
        {
            if (deployed is not null)
                await ProcessRunner.RunCheckedAsync(GitCommands.PointHead(grant.Repository, deployed.Ref), CancellationToken.None);
            await sizes.RecordAsync(grant.App.Id, await GitRepositories.MeasureAsync(grant.Repository, CancellationToken.None), CancellationToken.None);
        }
        catch (Exception e)
        {
            // The push itself is done and answered.
            logger.AfterPushFailed(e, grant.App.Name);
        }
    }
}
