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

    /// <summary>Where programs are looked for before the app's own profile adds to it.</summary>
    public const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";
}
