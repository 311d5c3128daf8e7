namespace Renga.Builds.Compiling;

/// <summary>What the build dyno is asked to do.</summary>
internal enum RunnerMode
{
    /// <summary>Make what becomes a slug.</summary>
    Build,

    /// <summary>Build for tests (<c>bin/test-compile</c> where a buildpack has it) and run each buildpack's <c>bin/test</c>.</summary>
    Test,
}
