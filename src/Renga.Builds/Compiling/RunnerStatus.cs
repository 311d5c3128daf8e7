namespace Renga.Builds.Compiling;

/// <summary>The exit statuses of our script in the build dyno (<c>Runner/build.sh</c>). Anything else means that it was killed.</summary>
internal enum RunnerStatus
{
    Succeeded = 0,
    SourceBroken = 20,
    NothingDetected = 21,
    FetchFailed = 22,
    NotCompatible = 23,
    CompileFailed = 24,
    ReleaseFailed = 25,
    SlugIgnoreFailed = 26,
    DetectCrashed = 27,
    SourceRefused = 28,
    SourceUnreachable = 29,
    DiskFull = 30,
    CacheFull = 31,
    BuildpacksUnclear = 32,
    TestsFailed = 33,
    NoTests = 34,
}
