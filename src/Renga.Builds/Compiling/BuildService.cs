using System.Collections.Immutable;
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
internal sealed partial class BuildService(BuildParts parts, BuildsOptions options, ILogger<BuildService> logger) : IBuildService
{
    /// <summary>
    /// The main flow. 1. Which stack, is there room, and which buildpacks? 2. Files for the build dyno. 3. Run it. 4. Read what it left. 5. Pack the slug. 6. Keep the cache.
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
        if (!Choose(request, subject).TryGet(out var buildpacks, out refusal))
            return refusal;
        await ShowAsync(buildpacks, transcript);

        // 2.
        var dynoId = parts.Ids.New();
        var slugId = parts.Ids.New();
        using var folder = await BuildFolder.CreateAsync(options.RunFolder, build.Id, buildpacks, subject.Config, ct);
        BuildResults results;
        SlugImage image;
        try
        {
            // 3.
            var cache = await parts.Caches.BeginAsync(request.AppId, build.Id, ct);
            var spec = BuildDynoSpec.Of(dynoId, build, stack.BuildImage, request, buildpacks, folder.Path, cache, limits);
            var end = await parts.Dyno.RunAsync(spec, transcript, ct);
            var temporary = Path.Combine(end.WorkFolder, "tmp");
            if (end.Status != 0)
                return Explain(end, BuildResults.FailedName(temporary, build.Id), transcript, limits);

            // 4.
            if (!BuildResults.Read(temporary, build.Id).TryGet(out var read, out refusal))
                return Refusal.Invalid($"Push rejected. {refusal.Message}");
            results = read;
            await transcript.StepAsync("Discovering process types");
            await transcript.DetailAsync($"Procfile declares types     -> {Names(results.Declared)}");
            if (results.Defaults.Keys.Except(results.Declared.Keys).Any())
                await transcript.DetailAsync($"Default types for buildpack -> {Names(results.Defaults)}");
            await transcript.LineAsync("");

            // 5.
            await transcript.StepAsync("Compressing...");
            image = await SlugPacker.PackAsync(results.Folder, parts.Slugs.DraftPath(slugId), ct);
            if (image.Bytes > options.MaxSlugBytes)
                return Refusal.Invalid($"Compiled slug size: {ByteSize.Format(image.Bytes)} is too large (max is {ByteSize.Format(options.MaxSlugBytes)}).\nLeave out what the app does not need at run time, with a .slugignore file.");
            await transcript.DetailAsync($"Done: {ByteSize.Format(image.Bytes)}");
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
            Commit = request.Commit,
            CommitDescription = request.CommitDescription,
            BuildpackProvidedDescription = results.Description,
            Stack = build.Stack,
            ProcessTypes = results.ProcessTypes,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var deployed = await parts.Records.DeployAsync(request.AccountId, slug, build.Id, ct);
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

    private Result<ImmutableArray<BuildpackSource>> Choose(BuildRequest request, BuildSubject subject)
    {
        // BUILDPACK_URL is the older way to say it, and wins as it does on Heroku over all but what this one build was asked for.
        IReadOnlyList<string> references = request.Buildpacks ?? (subject.Config.TryGetValue("BUILDPACK_URL", out var url) && url.Length > 0 ? [url] : subject.Buildpacks);
        var chosen = ImmutableArray.CreateBuilder<BuildpackSource>();
        foreach (var reference in references)
        {
            if (!BuildpackResolver.Resolve(reference, options).TryGet(out var buildpack, out var refusal))
                return refusal;
            chosen.Add(buildpack);
        }

        return chosen.ToImmutable();
    }

    private static async Task ShowAsync(ImmutableArray<BuildpackSource> buildpacks, BuildTranscript transcript)
    {
        if (buildpacks.Length == 0)
        {
            await transcript.StepAsync("Determining which buildpack to use for this app");
        }
        else if (buildpacks.Length == 1)
        {
            await transcript.StepAsync($"Using buildpack: {buildpacks[0].Display}");
        }
        else
        {
            await transcript.StepAsync("Using buildpacks:");
            for (var i = 0; i < buildpacks.Length; i++)
                await transcript.DetailAsync($"{i + 1}. {buildpacks[i].Display}");
        }
    }

    private static Refusal Explain(BuildDynoEnd end, string? name, BuildTranscript transcript, BuildsOptions limits)
    {
        var what = name is null ? "app" : $"{name} app";
        if (FailureCause.Limit(end, transcript.Tail, limits) is { } limit)
            return Refusal.Invalid($"{limit}\n\nPush rejected, failed to compile {what}.");
        return Refusal.Invalid((RunnerStatus)end.Status switch
        {
            RunnerStatus.NothingDetected => "No default language could be detected for this app.\nHINT: This occurs when Renga cannot detect the buildpack to use for this application automatically.\nAdd the files of your language (package.json, requirements.txt, index.html, *.csproj ...) to the root of the repository, or set a buildpack:\n  heroku buildpacks:set heroku/nodejs\n\nPush rejected, no buildpack fits.",
            RunnerStatus.SourceBroken => "Push rejected, the source could not be unpacked.",
            RunnerStatus.SlugIgnoreFailed => "Push rejected, the files named in .slugignore could not be removed.",
            RunnerStatus.FetchFailed => "Push rejected, a buildpack could not be fetched.",
            RunnerStatus.NotCompatible => "Push rejected, the app is not compatible with its buildpack.",
            RunnerStatus.ReleaseFailed => $"Push rejected, bin/release failed for {what}.",
            RunnerStatus.CompileFailed => $"Push rejected, failed to compile {what}.",
            _ => $"Push rejected, the build of this {what} was killed (status {end.Status}).",
        });
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

    private static string Names(IReadOnlyDictionary<string, string> types) => types.Count == 0 ? "(none)" : string.Join(", ", types.Keys);
}
