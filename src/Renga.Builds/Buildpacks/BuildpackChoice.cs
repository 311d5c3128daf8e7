using System.Collections.Immutable;
using Renga.Builds.Output;
using Renga.Builds.Recording;
using Renga.Model;
using Renga.Model.Builds;

namespace Renga.Builds.Buildpacks;

/// <summary>
/// Which buildpacks a build uses. In this order, and the first that names any decides: those of the build itself, the config var BUILDPACK_URL, those of the app;
/// then, in the build dyno, the source's .buildpacks and its app.json; and at last detection among ours.
/// </summary>
internal sealed class BuildpackChoice(BuildpackResolver resolver, BuildpackRegistry registry)
{
    private const string BuildpackUrl = "BUILDPACK_URL";

    public async Task<Result<BuildPlan>> MakeAsync(BuildRequest request, BuildSubject subject, BuildTranscript transcript)
    {
        // BUILDPACK_URL is the older way to say it, and wins over the app's as it does on Heroku.
        IReadOnlyList<string> references = request.Buildpacks is { Count: > 0 } own ? own
            : subject.Config.TryGetValue(BuildpackUrl, out var url) && url.Length > 0 ? [url]
            : subject.Buildpacks;
        var chosen = ImmutableArray.CreateBuilder<BuildpackSource>();
        foreach (var reference in references)
        {
            if (!resolver.Resolve(reference).TryGet(out var buildpack, out var refusal))
                return refusal;
            chosen.Add(buildpack);
        }

        // A broken list of the operator's must not stop a build that needs nothing of it.
        var all = registry.All();
        if (all.Refusal is { } broken && chosen.Count == 0)
            await transcript.ProblemAsync($"{broken.Message}\nOnly the platform's own names are known.");
        var known = all.Refusal is null ? all.Value : registry.Own();
        await ShowAsync(chosen, transcript);
        return new BuildPlan(chosen.ToImmutable(), known.ToImmutableSortedDictionary(static k => k.Key, static k => k.Value.Source, StringComparer.Ordinal));
    }

    private static async Task ShowAsync(ImmutableArray<BuildpackSource>.Builder buildpacks, BuildTranscript transcript)
    {
        if (buildpacks.Count == 0)
        {
            await transcript.StepAsync("Determining which buildpack to use for this app");
        }
        else if (buildpacks.Count == 1)
        {
            await transcript.StepAsync($"Using buildpack: {buildpacks[0].Display}");
        }
        else
        {
            await transcript.StepAsync("Using buildpacks:");
            for (var i = 0; i < buildpacks.Count; i++)
                await transcript.DetailAsync($"{i + 1}. {buildpacks[i].Display}");
        }
    }
}
