using Microsoft.Extensions.Logging;
using Renga.Git.Commands;
using Renga.Git.Http;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Git.Pushes;

/// <summary>Decides over a push: builds it when it is to main or master, and says to git whether refs may change.</summary>
internal sealed class PushJudge(SourceArchiver archiver, IBuildService builds, ILogger<PushJudge> logger)
{
    /// <summary>
    /// The main flow of a push. 1. What does it mean? 2. Say what is not built. 3. Is it a commit? 4. Is everything there, or can be fetched? 5. Write its source to a file.
    /// 6. Build and release. 7. Say how it ended.
    /// </summary>
    /// <returns>The hook's exit status.</returns>
    public async Task<int> DecideAsync(GitGrant grant, PushQuestion question, PushChannel channel, string folder, CancellationToken ct)
    {
        var name = grant.App.Name;

        // 1.
        var plan = PushPlan.Of(question.Updates);
        if (plan.Problem is { } problem)
            return await RejectAsync(channel, name, problem);

        // 2.
        foreach (var note in plan.Notes)
            await channel.WriteLineAsync(note);
        if (plan.Deploy is not { } update)
        {
            logger.PushDecided(name, "nothing to build");
            return 0;
        }

        // 3.
        var subject = await ProcessRunner.RunAsync(GitCommands.Subject(grant.Repository, update.New, question.Quarantine), ct);
        if (!subject.Succeeded)
            return await RejectAsync(channel, name, $"{update.ShortName} must point to a commit.");

        // 4.
        if (await LargeFiles.FindAsync(grant.Repository, update.New, question, ct) is { } pointers)
            return await RejectAsync(channel, name, pointers);
        if (!(await Submodules.ReadAsync(grant.Repository, update.New, question, ct)).TryGet(out var submodules, out var refusal))
            return await RejectAsync(channel, name, refusal.Message);
        foreach (var unknown in submodules.Unknown)
            await channel.WriteLineAsync($" !     Warning: \"{unknown}\" is another repository that .gitmodules does not name; its folder is empty in the build.");

        // 5.
        var archive = await archiver.WriteAsync(grant.Repository, update.New, question, folder, ct);
        if (!archive.TryGet(out var source, out refusal))
            return await RejectAsync(channel, name, refusal.Message);

        // 6.
        var request = new BuildRequest
        {
            AppId = grant.App.Id,
            AccountId = grant.Account.Id,
            AccountEmail = grant.Account.Email,
            Source = new BuildSource.Archive(source, submodules.Fetched),
            Commit = update.New,
            CommitDescription = subject.Output.Trim(),
        };
        var result = await builds.BuildAsync(request, channel, ct);

        // 7. Why a build failed has been said in its output.
        if (!result.TryGet(out var report, out refusal))
        {
            logger.PushDecided(name, refusal.Message);
            await channel.WriteLineAsync($"\n!\tPush rejected to {name}.\n");
            return 1;
        }

        logger.PushDecided(name, $"released v{report.ReleaseVersion}");
        await channel.WriteLineAsync("\nVerifying deploy... done.");
        return 0;
    }

    private async Task<int> RejectAsync(PushChannel channel, string app, string reason)
    {
        logger.PushDecided(app, reason);
        await channel.WriteLineAsync($" !     {reason}\n\n!\tPush rejected to {app}.\n");
        return 1;
    }
}
