namespace Renga.Model.Dynos;

/// <summary>The names of the variables that the platform itself puts into a dyno's environment.</summary>
public static class DynoEnvironment
{
    /// <summary>The port a web dyno binds.</summary>
    public const string Port = "PORT";

    /// <summary>The dyno's name, <c>web.1</c>.</summary>
    public const string Dyno = "DYNO";

    public const string Home = "HOME";
    public const string Path = "PATH";
    public const string Stack = "STACK";

    /// <summary>Commit of the source being built (build dynos only).</summary>
    public const string SourceVersion = "SOURCE_VERSION";

    public const string RequestId = "REQUEST_ID";
    public const string BuildpackLogFile = "BUILDPACK_LOG_FILE";

    /// <summary>A config var: what buildpacks are told as <see cref="Stack"/>, for those that only know Heroku's.</summary>
    public const string BuildpackStack = "BUILDPACK_STACK";

    // What a dyno may know of itself (spec: protocols.md 8.7). Heroku gives these to those who enable a feature; here everyone has them.
    public const string AppId = "HEROKU_APP_ID";
    public const string AppName = "HEROKU_APP_NAME";
    public const string DynoId = "HEROKU_DYNO_ID";
    public const string ReleaseCreatedAt = "HEROKU_RELEASE_CREATED_AT";
    public const string ReleaseVersion = "HEROKU_RELEASE_VERSION";
    public const string SlugCommit = "HEROKU_SLUG_COMMIT";

    /// <summary>Where programs are looked for before the app's own profile adds to it.</summary>
    public const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";
}
