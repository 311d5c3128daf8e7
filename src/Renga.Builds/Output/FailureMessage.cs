using Renga.Builds.Compiling;
using Renga.Model;

namespace Renga.Builds.Output;

/// <summary>What the pusher reads when the build dyno ended without a slug: the cause, what to do, and the verdict.</summary>
internal static class FailureMessage
{
    /// <param name="name">What the buildpack said it found; null when it is not known.</param>
    public static Refusal Of(BuildDynoEnd end, string? name, BuildTranscript transcript, BuildsOptions options)
    {
        var what = name is null ? "app" : $"{name} app";
        if (FailureCause.Limit(end, transcript.Tail, options) is { } limit)
            return Refusal.Invalid($"{limit}\n\nPush rejected, failed to compile {what}.");
        var verdict = (RunnerStatus)end.Status switch
        {
            RunnerStatus.NothingDetected => "No default language could be detected for this app.\nHINT: This occurs when Renga cannot detect the buildpack to use for this application automatically.\nAdd the files of your language (package.json, requirements.txt, index.html, *.csproj ...) to the root of the repository, or set a buildpack:\n  heroku buildpacks:set heroku/nodejs\n\nPush rejected, no buildpack fits.",
            RunnerStatus.SourceBroken => "Push rejected, the source could not be unpacked.",
            RunnerStatus.SourceRefused => "Push rejected, the source cannot be used.",
            RunnerStatus.SourceUnreachable => "Push rejected, the source could not be fetched.",
            RunnerStatus.SlugIgnoreFailed => "Push rejected, the files named in .slugignore could not be removed.",
            RunnerStatus.BuildpacksUnclear => "Push rejected, the source's own list of buildpacks cannot be used.",
            RunnerStatus.FetchFailed => "Push rejected, a buildpack could not be fetched.",
            RunnerStatus.DetectCrashed => "Push rejected, a buildpack's bin/detect crashed. That is an error in the buildpack; use another version of it (URL#ref).",
            RunnerStatus.NotCompatible => "Push rejected, the app is not compatible with its buildpack.",
            RunnerStatus.ReleaseFailed => $"Push rejected, bin/release failed for {what}.",
            RunnerStatus.CompileFailed => $"Push rejected, failed to compile {what}.",
            RunnerStatus.TestsFailed => "The tests failed.",
            RunnerStatus.NoTests => "There is nothing to run as a test.",
            _ => $"Push rejected, the build of this {what} was killed (status {end.Status}).",
        };
        var cause = (RunnerStatus)end.Status is RunnerStatus.CompileFailed or RunnerStatus.ReleaseFailed ? LikelyCause.Of(transcript.Tail) : null;
        return Refusal.Invalid(cause is null ? verdict : $"{cause}\n\n{verdict}");
    }
}
