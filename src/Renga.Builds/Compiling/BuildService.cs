using Microsoft.Extensions.Logging;
using Renga.Builds.Admission;
using Renga.Builds.Buildpacks;
using Renga.Builds.Output;
using Renga.Builds.Recording;
using Renga.Builds.Results;
using Renga.Builds.Slugs;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Model.Slugs;

namespace Renga.Builds.Compiling;

/// <summary>The slug compiler. It holds no state of its own but who is building now (<see cref="BuildLine"/>, <see cref="RunningBuilds"/>).</summary>
internal sealed partial class BuildService(BuildParts parts, BuildpackChoice choice, BuildsOptions options, ILogger<BuildService> logger) : IBuildService
{
    /// <summary>
    /// The main flow. 1. Which stack, is there room, can the source be used, which buildpacks? 2. Files for the build dyno. 3. Run it. 4. Read what it left. 5. Pack the slug. 6. Keep the cache.
    /// 7. Put the slug into the store. 8. Release. 9. Tell.
    /// </summary>
    private async Task<Result<BuildReport>> CompileAsync(Build build, BuildRequest request, BuildSubject subject, BuildTranscript transcript, CancellationToken ct)
    {
        // 1.
        if (!parts.Stacks.Find(build.Stack).TryGet(out var stack, out var refusal))
            return refusal;
        await transcript.StepAsync($"Building on the {stack.Name} stack");
        if (!DiskRoom.Fit(options, FreeBytes).TryGet(out var limits, out refusal))
            return refusal;
        if (SourceCheck.Problem(request.Source) is { } problem)
            return problem;
        if (!(await choice.MakeAsync(request, subject, transcript)).TryGet(out var plan, out refusal))
            return refusal;

        // 2.
        var dynoId = parts.Ids.New();
        var slugId = parts.Ids.New();
        using var folder = await BuildFolder.CreateAsync(options.RunFolder, build.Id, request.Source, plan, subject.Config, ct);
        BuildResults results;
        SlugImage image;
        try
        {
            // 3.
            var cache = await parts.Caches.BeginAsync(request.AppId, build.Id, ct);
            var spec = BuildDynoSpec.Of(dynoId, build, stack.BuildImage, request, subject, plan, folder.Path, cache, limits, RunnerMode.Build);
            var end = await parts.Dyno.RunAsync(spec, transcript, ct);
            var temporary = Path.Combine(end.WorkFolder, "tmp");
            foreach (var report in BuildReports.Read(temporary, build.Id))
                transcript.Remark(report);
            if (end.Status != 0)
                return FailureMessage.Of(end, BuildResults.FailedName(temporary, build.Id), transcript, limits);

            // 4.
            if (!BuildResults.Read(temporary, build.Id).TryGet(out var read, out refusal))
                return Refusal.Invalid($"Push rejected. {refusal.Message}");
            results = read;
            await ResultsSummary.WriteAsync(results, transcript);

            // 5.
            await transcript.StepAsync("Compressing...");
            var packing = parts.Time.GetTimestamp();
            image = await SlugPacker.PackAsync(results.Folder, parts.Slugs.DraftPath(slugId), ct);
            if (image.Bytes > options.MaxSlugBytes)
                return Refusal.Invalid($"Compiled slug size: {ByteSize.Format(image.Bytes)} is too large (max is {ByteSize.Format(options.MaxSlugBytes)}).\nLeave out what the app does not need at run time, with a .slugignore file.");
            await ResultsSummary.WriteSizeAsync(image.Bytes, subject.LastSlugBytes, parts.Time.GetElapsedTime(packing), results.Cache, transcript);
            if (image.Bytes > options.WarnSlugBytes)
                await transcript.ProblemAsync($"Warning: Your slug size ({ByteSize.Format(image.Bytes)}) exceeds our soft limit ({ByteSize.Format(options.WarnSlugBytes)}) which may affect boot time.");

            // 6.
            await parts.Dyno.DestroyAsync(dynoId);
            parts.Caches.Commit(request.AppId, build.Id);

            // 7.
            await parts.Slugs.PutAsync(image.Digest, image.Path, ct);
        }
        catch (Exception e) when (DiskRoom.IsFull(e))
        {
            logger.DiskFull(e, build.Id);
            return DiskRoom.Refuse(FreeBytes);
        }
        finally
        {
            await CleanUpAsync(request.AppId, build.Id, dynoId, slugId);
        }

        return await ReleaseAsync(build, request, subject, transcript, results, image, slugId, ct);
    }

    private async Task<Result<BuildReport>> ReleaseAsync(
        Build build, BuildRequest request, BuildSubject subject, BuildTranscript transcript, BuildResults results, SlugImage image, Guid slugId, CancellationToken ct)
    {
        // 8.
        await transcript.LineAsync("");
        await transcript.StepAsync("Launching...");
        var now = parts.Time.GetUtcNow();
        var slug = new Slug
        {
            Id = slugId,
            AppId = request.AppId,
            Checksum = $"SHA256:{image.Digest}",
            Image = image.Digest,
            Size = image.Bytes,
            Commit = request.Commit ?? results.Commit,
            CommitDescription = request.CommitDescription,
            BuildpackProvidedDescription = results.Description,
            Stack = build.Stack,
            ProcessTypes = results.ProcessTypes,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var deployed = await parts.Records.DeployAsync(request.AccountId, slug, build.Id, results.Release.ConfigVars, ct);
        parts.Slugs.Settle(image.Digest);
        if (!deployed.TryGet(out var released, out var refusal))
        {
            if (!await parts.SlugRecords.NeedsAsync(image.Digest, ct))
                parts.Slugs.Delete(image.Digest);
            if (refusal.Kind == RefusalKind.NotFound)
                parts.Caches.Purge(request.AppId);
            return refusal;
        }

        // 9.
        parts.Dynos.LookAgain(request.AppId);
        transcript.Announce($"{released.Description} by user {request.AccountEmail}");
        transcript.Announce($"Release v{released.Version} created by user {request.AccountEmail}");
        await transcript.DetailAsync($"Released v{released.Version}");
        if (subject.Host is { } host)
            await transcript.DetailAsync($"{options.AppUrl.Replace("{host}", host, StringComparison.Ordinal)} deployed to Renga");
        transcript.Announce("Build succeeded");
        logger.BuildReleased(build.Id, subject.AppName, released.Version, slugId, image.Bytes, parts.Caches.SizeOf(request.AppId));
        return new BuildReport(build.Id, slugId, released.Version);
    }

    private async Task CleanUpAsync(Guid appId, Guid buildId, Guid dynoId, Guid slugId)
    {
        try
        {
            await parts.Dyno.DestroyAsync(dynoId);
            parts.Caches.Discard(appId, buildId);
            File.Delete(parts.Slugs.DraftPath(slugId));
        }
        catch (Exception e)
        {
            // The build's own result counts; the next start removes what is left.
            logger.CleanUpFailed(e, buildId);
        }
    }

    private long FreeBytes => new DriveInfo(options.CacheFolder).AvailableFreeSpace;
}
