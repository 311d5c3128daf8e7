using System.Collections.Immutable;
using Renga.Builds.Buildpacks;
using Renga.Engines;
using Renga.Model.Builds;
using Renga.Model.Dynos;

namespace Renga.Builds.Compiling;

/// <summary>The build dyno as data.</summary>
internal static class BuildDynoSpec
{
    public static DynoSpec Of(
        Guid dynoId, Build build, string? stackImage, BuildRequest request, ImmutableArray<BuildpackSource> buildpacks, string folder, string cache, BuildsOptions options)
    {
        var mounts = ImmutableArray.CreateBuilder<DynoMount>();
        mounts.Add(new DynoMount(folder, BuildDynoPaths.Build, ReadOnly: true));
        if (request.Source is BuildSource.Archive archive)
            mounts.Add(new DynoMount(archive.Path, BuildDynoPaths.Source, ReadOnly: true));
        mounts.Add(new DynoMount(options.BuildpacksFolder, BuildDynoPaths.Buildpacks, ReadOnly: true));
        mounts.Add(new DynoMount(cache, BuildDynoPaths.Cache, ReadOnly: false, options.CacheBytes));
        for (var i = 0; i < buildpacks.Length; i++)
        {
            if (buildpacks[i].Kind == BuildpackKind.Local)
                mounts.Add(new DynoMount(buildpacks[i].Location, BuildDynoPaths.LocalBuildpack(i), ReadOnly: true));
        }

        var local = mounts.Where(static m => m.Target.StartsWith(BuildDynoPaths.Local, StringComparison.Ordinal)).Select(static m => m.Target);
        return new DynoSpec
        {
            Id = dynoId,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("kind", "build").Add("app", build.AppId.ToString("D")).Add("build", build.Id.ToString("D")),
            Hostname = "build",
            Arguments = ["/bin/bash", $"{BuildDynoPaths.Build}/build.sh"],
            Environment = Environment(build, request, options).Add("RENGA_LOCAL", string.Join(':', local)),
            Stack = build.Stack,
            StackImage = stackImage,
            Limits = new DynoLimits(options.MemoryBytes, options.CpuShares, options.MaxProcesses, options.DiskBytes, options.MemorySoftBytes, options.IoWeight),
            Mounts = mounts.ToImmutable(),
        };
    }

    /// <summary>What buildpacks see (spec: protocols.md 4.1), and RENGA_*, which our script takes away before it runs one.</summary>
    private static ImmutableSortedDictionary<string, string> Environment(Build build, BuildRequest request, BuildsOptions options)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        variables[DynoEnvironment.Path] = DynoEnvironment.DefaultPath;
        variables[DynoEnvironment.Stack] = build.Stack;
        variables[DynoEnvironment.RequestId] = build.Id.ToString("D");
        variables[DynoEnvironment.SourceVersion] = request.Commit ?? "";
        variables[DynoEnvironment.BuildpackLogFile] = "/dev/null";
        variables["CURL_CONNECT_TIMEOUT"] = "30";
        variables["CURL_TIMEOUT"] = "180";
        variables["LANG"] = "C.UTF-8";
        AddTrust(variables);
        foreach (var (name, value) in options.Environment)
            variables[name] = value;
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
