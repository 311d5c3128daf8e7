using Renga.Builds.Admission;
using Renga.Builds.Caching;
using Renga.Builds.Outputs;
using Renga.Builds.Recording;
using Renga.Builds.Slugs;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Logs;
using Renga.Model.Stacks;

namespace Renga.Builds.Compiling;

/// <summary>What the slug compiler works with.</summary>
internal sealed record BuildParts(
    IBuildRecords Records,
    ISlugRecords SlugRecords,
    BuildLine Line,
    RunningBuilds Running,
    BuildOutputs Outputs,
    BuildDyno Dyno,
    CacheStore Caches,
    SlugStore Slugs,
    IStacks Stacks,
    IDynoManager Dynos,
    ILogWriter Log,
    Ids Ids,
    TimeProvider Time);
