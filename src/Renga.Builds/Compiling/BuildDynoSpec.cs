using System.Collections.Immutable;
using System.Globalization;
using Renga.Builds.Buildpacks;
using Renga.Builds.Recording;
using Renga.Engines;
using Renga.Model.Builds;
using Renga.Model.Dynos;

namespace Renga.Builds.Compiling;

/// <summary>The build dyno as data.</summary>
internal static class BuildDynoSpec
{
    public static DynoSpec Of(
        Guid dynoId, Build build, string? stackImage, BuildRequest request, BuildSubject subject, BuildPlan plan, string folder, string cache, BuildsOptions options, RunnerMode mode)
    {
        var mounts = ImmutableArray.CreateBuilder<DynoMount>();
        mounts.Add(new DynoMount(folder, BuildDynoPaths.Build, ReadOnly: true));
        if (request.Source is BuildSource.Archive archive)
            mounts.Add(new DynoMount(archive.Path, BuildDynoPaths.Source, ReadOnly: true));
        mounts.Add(new DynoMount(options.BuildpacksFolder, BuildDynoPaths.Buildpacks, ReadOnly: true));
        mounts.Add(new DynoMount(cache, BuildDynoPaths.Cache, ReadOnly: false, options.CacheBytes));
        mounts.AddRange(plan.LocalFolders.Select(static (path, number) => new DynoMount(path, BuildDynoPaths.LocalBuildpack(number), ReadOnly: true)));

        return new DynoSpec
        {
            Id = dynoId,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("kind", "build").Add("app", build.AppId.ToString("D")).Add("build", build.Id.ToString("D")),
            Hostname = "build",
            Arguments = ["/bin/bash", $"{BuildDynoPaths.Build}/build.sh"],
            Environment = Environment(build, request, subject, plan, options, mode),
            Stack = build.Stack,
            StackImage = stackImage,
            Limits = new DynoLimits(options.MemoryBytes, options.CpuShares, options.MaxProcesses, options.DiskBytes, options.MemorySoftBytes, options.IoWeight),
            Mounts = mounts.ToImmutable(),
        };
    }

    /// <summary>What buildpacks see (spec: protocols.md 4.1), and RENGA_*, which our script takes away before it runs one.</summary>
    private static ImmutableSortedDictionary<string, string> Environment(
        Build build, BuildRequest request, BuildSubject subject, BuildPlan plan, BuildsOptions options, RunnerMode mode)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        variables[DynoEnvironment.Path] = DynoEnvironment.DefaultPath;
        variables[DynoEnvironment.Stack] = build.Stack;
        variables[DynoEnvironment.RequestId] = build.Id.ToString("D");
        variables[DynoEnvironment.SourceVersion] = request.Commit ?? "";
        variables["CURL_CONNECT_TIMEOUT"] = "30";
        variables["CURL_TIMEOUT"] = "180";
        variables["LANG"] = "C.UTF-8";
        AddTrust(variables);
        foreach (var (name, value) in options.Environment)
            variables[name] = value;
        // Buildpacks that were made for Heroku's stacks look for the name of one.
        if (subject.Config.TryGetValue(DynoEnvironment.BuildpackStack, out var stack) && stack.Length > 0)
            variables[DynoEnvironment.Stack] = stack;
        variables["RENGA_MODE"] = mode.ToString().ToLowerInvariant();
        variables["RENGA_LOCAL"] = string.Join(':', Enumerable.Range(0, plan.LocalFolders.Length).Select(BuildDynoPaths.LocalBuildpack));
        variables["RENGA_MAX_SOURCE_BYTES"] = options.MaxSourceBytes.ToString(CultureInfo.InvariantCulture);
        variables["RENGA_MAX_SOURCE_FILES"] = options.MaxSourceFiles.ToString(CultureInfo.InvariantCulture);
        variables["RENGA_BUILD_ID"] = build.Id.ToString("N");
        variables["RENGA_BUILD"] = BuildDynoPaths.Build;
        variables["RENGA_SOURCE"] = BuildDynoPaths.Source;
        variables["RENGA_BUILDPACKS"] = BuildDynoPaths.Buildpacks;
        variables["RENGA_CACHE"] = BuildDynoPaths.Cache;
        variables["RENGA_TMP"] = BuildDynoPaths.Temporary;
        return variables.ToImmutable();
    }

    // Several tools carry a list of authorities of their own; on a machine with a private one they must be told of the system's.
    private static void AddTrust(ImmutableSortedDictionary<string, string>.Builder variables)
    {
        if (!File.Exists(BuildDynoPaths.Authorities))
            return;
        foreach (var name in (ReadOnlySpan<string>)["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_CAFILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"])
            variables[name] = BuildDynoPaths.Authorities;
    }
}
