using Renga.Testing.Jvm;

namespace Renga.EndToEnd.Tests;

/// <summary>The examples of the Java machine. Each brings its dependencies in a folder, since a build dyno reaches no mirror that a test could start.</summary>
internal static class JvmExamples
{
    private const string Sbt = "1.10.7";

    private static readonly Dictionary<string, string> Vendored = new() { ["MAVEN_MIRROR_URL"] = "vendor" };

    public static readonly LanguageExample[] All =
    [
        new("hello-java", "src/main/java/hello/Hello.java")
        {
            SaysInstalled = "Downloading from mirror", SaysCached = "Using dependencies from the cache", Downloads = ["maven/repository/org/"], Prepare = AddMavenAsync,
            // Without dependency:list, for which Maven asks for plugins that Debian lacks, and then says what was not downloaded.
            Config = new Dictionary<string, string>(Vendored) { ["MAVEN_CUSTOM_GOALS"] = "clean install" },
        },
        new("hello-gradle", "src/main/java/hello/Hello.java") { SaysCached = "Using dependencies from the cache", Downloads = ["gradle/home/native/"] },
        new("hello-scala", "src/main/scala/Hello.scala")
        {
            SaysInstalled = "Downloading the launcher of sbt", SaysCached = $"Using the launcher of sbt {Sbt} from the cache", Downloads = ["sbt/launcher/", "sbt/boot/"], Config = Vendored,
            Prepare = AddSbtAsync,
        },
        new("hello-clojure", "src/hello/core.clj")
        {
            SaysInstalled = "Retrieving org/clojure", SaysCached = "Using dependencies from the cache", Downloads = ["clojure/.m2/"], Config = Vendored, Prepare = AddClojureAsync,
        },
    ];

    private static async Task AddMavenAsync(string source, CancellationToken ct)
    {
        await using var mirror = await MavenMirror.StartAsync(ct);
        await mirror.CopyForAsync(source, Path.Combine(source, "vendor"), ct, "-DskipTests", "clean", "install");
    }

    private static async Task AddSbtAsync(string source, CancellationToken ct)
    {
        await using var mirror = await MavenMirror.StartAsync(ct);
        await SbtStandIn.AddAsync(mirror, Sbt, ct);
        await mirror.CopyAsync(Path.Combine(source, "vendor"), [SbtStandIn.Launcher(Sbt), .. SbtStandIn.Artifacts], ct);
    }

    // Debian's Clojure asks for two of these by the version "debian".
    private static async Task AddClojureAsync(string source, CancellationToken ct)
    {
        await using var mirror = await MavenMirror.StartAsync(ct);
        await mirror.CopyAsync(Path.Combine(source, "vendor"), ["org/clojure/clojure/1.11.1", "org/clojure/spec.alpha/debian", "org/clojure/core.specs.alpha/debian"], ct);
    }
}
