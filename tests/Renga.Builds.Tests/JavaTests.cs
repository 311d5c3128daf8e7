using System.Security.Cryptography;
using System.Text;
using Renga.Processes;
using Renga.Testing;
using Renga.Testing.Jvm;

namespace Renga.Builds.Tests;

public sealed class JavaTests
{
    private static readonly string[] Goals = ["-DskipTests", "clean", "dependency:list", "install"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HelloJava_BuildsAgain_AskingTheMirrorForNothing()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        var source = await CopyAsync(compiler, "hello-java");

        var first = await compiler.MustBuildAsync(source, Ct);
        var asked = mirror.Requests.Count;
        await ChangeAsync(Path.Combine(source, "src/main/java/hello/Hello.java"));
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("-----> Java app detected\n");
        first.Output.ShouldContain(" of the stack (asked for: 17)\n");
        first.Output.ShouldContain("       $ mvn -DskipTests clean dependency:list install\n");
        second.Output.ShouldContain("       Using dependencies from the cache: what pom.xml says is unchanged\n");
        second.Output.ShouldNotContain("Downloading");
        asked.ShouldBeGreaterThan(100);
        mirror.Requests.Count.ShouldBe(asked);
        (await compiler.ServeAsync(second, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Goodbye from web.1");
    }

    [Fact]
    public async Task Dependencies_FromAFolderOfTheApp_BuildInADynoAndTheJarIsServed()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        compiler.SetConfig("MAVEN_MIRROR_URL", "vendor/maven");
        var source = await CopyAsync(compiler, "hello-java");
        await mirror.CopyForAsync(source, Path.Combine(source, "vendor/maven"), Ct, Goals);

        var first = await compiler.MustBuildAsync(source, Ct);
        await ChangeAsync(Path.Combine(source, "src/main/java/hello/Hello.java"));
        var second = await compiler.MustBuildAsync(source, Ct);

        second.Output.ShouldContain("       Using dependencies from the cache: what pom.xml says is unchanged\n");
        second.Output.ShouldNotContain("Downloading");
        (await compiler.ServeAsync(first, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Hello from web.1");
        (await compiler.ServeAsync(second, c => c.GetStringAsync("/", Ct), Ct)).ShouldStartWith("Goodbye from web.1");
    }

    [Fact]
    public async Task Dependency_AddedSince_IsFetchedOnline()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        compiler.SetConfig("MAVEN_CUSTOM_GOALS", "clean compile");
        var source = await CopyAsync(compiler, "hello-java");
        await compiler.MustBuildAsync(source, Ct);
        var pom = Path.Combine(source, "pom.xml");
        const string added = "<dependencies><dependency><groupId>commons-cli</groupId><artifactId>commons-cli</artifactId><version>debian</version></dependency></dependencies><build>";
        await File.WriteAllTextAsync(pom, (await File.ReadAllTextAsync(pom, Ct)).Replace("<build>", added, StringComparison.Ordinal), Ct);

        var built = await compiler.MustBuildAsync(source, Ct);

        built.Output.ShouldContain("       $ mvn -DskipTests clean compile\n");
        built.Output.ShouldContain("/commons-cli-debian.jar");
        mirror.Requests.ShouldContain("commons-cli/commons-cli/debian/commons-cli-debian.jar");
    }

    [Theory]
    [InlineData("org.springframework.boot", "spring-boot-starter-web", "java -Dserver.port=$PORT $JAVA_OPTS -jar target/hello.jar")]
    [InlineData("io.micronaut", "micronaut-http", "java -Dmicronaut.server.port=$PORT $JAVA_OPTS -jar target/hello.jar")]
    [InlineData("org.wildfly.swarm", "jaxrs", "java -Dswarm.http.port=$PORT $JAVA_OPTS -jar target/hello.jar")]
    [InlineData("com.example", "nothing", null)]
    public async Task Framework_SaysHowItsJarIsTold_ThePort(string group, string artifact, string? web)
    {
        // What release makes of the framework needs no Maven: the jar is there already.
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(("pom.xml", $"<project><groupId>{group}</groupId><artifactId>{artifact}</artifactId></project>"), ("target/hello.jar", "all of it"), ("target/a.jar", ""));

        var release = await ProcessRunner.RunCheckedAsync(Command.Of(Path.Combine(Compiler.RepositoryRoot, "buildpacks/java/bin/release"), source), Ct);

        release.Output.ShouldBe(web is null ? "---\n" : $"---\ndefault_process_types:\n  web: {web}\n");
    }

    [Fact]
    public async Task Maven_ThatTheStackLacks_IsCheckedAndThenKept()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        await mirror.AddAsync("org/apache/maven/apache-maven/9.8.7/apache-maven-9.8.7-bin.tar.gz", await MakeMavenAsync(), Ct);
        await mirror.AddAsync("org/apache/maven/apache-maven/9.8.6/apache-maven-9.8.6-bin.tar.gz", await MakeMavenAsync(), Ct);
        await mirror.AddAsync("org/apache/maven/apache-maven/9.8.6/apache-maven-9.8.6-bin.tar.gz.sha512", Encoding.ASCII.GetBytes(new string('0', 128)), Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        var source = compiler.Source(("pom.xml", "<project/>"), ("system.properties", "java.runtime.version=17\nmaven.version=9.8.7\n"), ("Procfile", "web: cat built.txt\n"));

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);
        await File.WriteAllTextAsync(Path.Combine(source, "system.properties"), "maven.version=9.8.6\n", Ct);
        var tampered = await compiler.BuildAsync(source, Ct);

        first.Output.ShouldContain("       Downloading Maven 9.8.7\n");
        second.Output.ShouldContain("       Using Maven 9.8.7 from the cache\n");
        (await File.ReadAllTextAsync(Path.Combine(await compiler.UnpackAsync(second, Ct), "built.txt"), Ct)).ShouldContain("-DskipTests clean dependency:list install");
        tampered.Output.ShouldContain("does not have the digest that is published for it");
        tampered.Output.ShouldContain("Maven 9.8.6 is not available.");
    }

    // Real wrappers download a Maven for which Debian has no plugins; this one shows what it is told.
    [Fact]
    public async Task Wrapper_RunsInsteadOfTheStacksMaven_AndKnowsTheMirror()
    {
        using var pack = await PackByHand.OfExampleAsync("java", "hello-java", Ct);
        Directory.CreateDirectory(Path.Combine(pack.Build, ".mvn/wrapper"));
        await File.WriteAllTextAsync(Path.Combine(pack.Build, ".mvn/wrapper/maven-wrapper.properties"), "distributionUrl=https://example.com/maven.zip\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(pack.Build, "mvnw"), "#!/bin/bash\n[ \"$1\" = --version ] && echo 'Apache Maven 3.9.1 (of the wrapper)' || echo \"from $MVNW_REPOURL into $MAVEN_USER_HOME: $*\"\n", Ct);

        pack.SetConfig("MAVEN_MIRROR_URL", "https://mirror.example.com/maven/");
        var output = await pack.MustAsync("compile", Ct);

        output.ShouldContain("       Using the app's wrapper: Maven 3.9.1\n");
        output.ShouldMatch("from https://mirror.example.com/maven into .*/cache/maven/home/.m2: -B -gs .*/cache/maven/settings.xml .*clean dependency:list install\n");
    }

    [Fact]
    public async Task Jdk_ThatTheStackLacks_ComesFromAdoptiumAndGoesIntoTheSlug()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        var archive = await MakeJdkAsync("21.0.4");
        await mirror.AddAsync("jdk.tar.gz", archive, Ct);
        await mirror.AddAsync("v3/info/available_releases", """{ "available_lts_releases": [17, 21], "available_releases": [17, 21, 22], "most_recent_lts": 21 }"""u8.ToArray(), Ct);
        var asked = $"v3/assets/latest/21/hotspot?architecture={Architecture}&heap_size=normal&image_type=jdk&jvm_impl=hotspot&os=linux&vendor=eclipse";
        await mirror.AddAsync(asked, Encoding.UTF8.GetBytes($$"""
            [ { "binary": { "package": { "checksum": "{{Convert.ToHexStringLower(SHA256.HashData(archive))}}", "link": "{{mirror.Url}}/jdk.tar.gz", "size": 1 } } } ]
            """), Ct);
        await using var compiler = await Compiler.StartAsync();
        compiler.SetConfig("ADOPTIUM_API_URL", mirror.Url + "/v3");
        compiler.SetConfig("MAVEN_CUSTOM_GOALS", "--version");
        var source = compiler.Source(("pom.xml", "<project/>"), ("system.properties", "java.runtime.version = temurin-21\n"), ("Procfile", "web: java Hello\n"));

        var first = await compiler.MustBuildAsync(source, Ct);
        var requests = mirror.Requests.Count;
        var second = await compiler.MustBuildAsync(source, Ct);
        await File.WriteAllTextAsync(Path.Combine(source, "system.properties"), "java.runtime.version=99\n", Ct);
        var missing = await compiler.BuildAsync(source, Ct);

        first.Output.ShouldContain("       Downloading OpenJDK 21 (Eclipse Temurin)\n");
        second.Output.ShouldContain("       Using OpenJDK 21.0.4 from the cache\n");
        File.Exists(Path.Combine(await compiler.UnpackAsync(second, Ct), ".renga/jdk/bin/java")).ShouldBeTrue();
        missing.Output.ShouldContain(" !     OpenJDK 99 is not available.\n !     The stack has ");
        missing.Output.ShouldContain("; Adoptium offers 17,21,22.\n");
        mirror.Requests.Take(requests).ShouldContain(asked);
        mirror.Requests.Skip(requests).ShouldAllBe(static r => r.StartsWith("v3/info", StringComparison.Ordinal) || r.Contains("/99/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Jdk_OfTheStack_GoesAlong_WhereItMayBeMissingLater()
    {
        using var pack = await PackByHand.OfExampleAsync("java", "hello-java", Ct);

        pack.SetConfig("MAVEN_CUSTOM_GOALS", "--version");
        pack.SetConfig("JDK_IN_SLUG", "true");
        await pack.MustAsync("compile", Ct);

        var java = await ProcessRunner.RunCheckedAsync(Command.Of(Path.Combine(pack.Build, ".renga/jdk/bin/java"), "--version"), Ct);
        java.Output.ShouldContain("17.0.");
        Directory.Exists(Path.Combine(pack.Build, ".renga/jdk/jmods")).ShouldBeFalse();
    }

    [Fact]
    public async Task SystemProperties_ThatNameNoVersion_AreRefused()
    {
        await using var compiler = await Compiler.StartAsync();

        var built = await compiler.BuildAsync(compiler.Source(("pom.xml", "<project/>"), ("system.properties", "java.runtime.version=the-newest!\n")), Ct);

        built.Output.ShouldContain(" is not a version of Java.\n !     Write for example: java.runtime.version=17\n");
    }

    [Theory]
    [InlineData(256, "-Xmx150m -Xss512k -XX:CICompilerCount=2")]
    [InlineData(512, "-Xmx300m -Xss512k -XX:CICompilerCount=2")]
    [InlineData(1024, "-Xmx671m -XX:CICompilerCount=2")]
    [InlineData(2560, "-XX:MaxRAMPercentage=80.0")]
    public async Task Dyno_GivesJava_WhatFitsItsMemory(int megabytes, string flags)
    {
        var environment = await ProfileAsync(megabytes, "DYNO=web.1", "JAVA_TOOL_OPTIONS=-Dmine=1");

        environment["JAVA_TOOL_OPTIONS"].ShouldBe($"-Dfile.encoding=UTF-8 -XX:MaxRAM={megabytes}m {flags} -Dmine=1");
        environment["JAVA_OPTS"].ShouldBe($"-Dfile.encoding=UTF-8 -XX:MaxRAM={megabytes}m {flags}");
        (await ProfileAsync(megabytes, "DYNO=run.1")).ShouldNotContainKey("JAVA_TOOL_OPTIONS");
    }

    [Theory]
    [InlineData("postgres://me:secret@db:5432/name", "jdbc:postgresql://db:5432/name?user=me&password=secret&sslmode=require")]
    [InlineData("postgres://me:secret@db/name?sslmode=disable", "jdbc:postgresql://db/name?sslmode=disable&user=me&password=secret")]
    [InlineData("mysql://me:secret@db:3306/name?a=b", "jdbc:mysql://db:3306/name?a=b&user=me&password=secret")]
    [InlineData("redis://db", null)]
    public async Task Dyno_GivesJava_ItsDatabase(string url, string? expected)
    {
        var environment = await ProfileAsync(512, "DATABASE_URL=" + url);

        environment.GetValueOrDefault("JDBC_DATABASE_URL").ShouldBe(expected);
        environment.GetValueOrDefault("SPRING_DATASOURCE_URL").ShouldBe(expected);
        environment.GetValueOrDefault("JDBC_DATABASE_USERNAME").ShouldBe(expected is null ? null : "me");
    }

    [Fact]
    public async Task Tests_AreCompiled_AndRunWithoutTheCache()
    {
        await using var mirror = await MavenMirror.StartAsync(Ct);
        using var pack = await PackByHand.OfExampleAsync("java", "hello-java", Ct);

        pack.SetConfig("MAVEN_MIRROR_URL", mirror.Url);
        var compiled = await pack.MustAsync("test-compile", Ct);
        Directory.Delete(pack.Cache, recursive: true);
        var asked = mirror.Requests.Count;
        var tested = await pack.MustAsync("test", Ct);

        compiled.ShouldContain("BUILD SUCCESS");
        tested.ShouldContain("maven-surefire-plugin");
        tested.ShouldContain("BUILD SUCCESS");
        mirror.Requests.Count.ShouldBe(asked);
        (await pack.MustAsync("report", Ct)).ShouldMatch("""^\{"java_version":"17[^"]*","build_tool":"Maven","build_tool_version":"[0-9.]+".*\}\n$""");
    }

    internal static string Architecture => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x64";

    internal static async Task<string> CopyAsync(Compiler compiler, string example)
    {
        var source = compiler.Source();
        await ProcessRunner.RunCheckedAsync(Command.Of("cp", "--recursive", Compiler.Example(example) + "/.", source), Ct);
        return source;
    }

    internal static async Task ChangeAsync(string file) =>
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Ct)).Replace("Hello from", "Goodbye from", StringComparison.Ordinal), Ct);

    // What .profile.d leaves in the environment of a dyno that has so much memory.
    private static async Task<Dictionary<string, string>> ProfileAsync(int megabytes, params string[] variables)
    {
        var shared = Path.Combine(Compiler.RepositoryRoot, "buildpacks/shared");
        var script = $"dyno_memory_mb() {{ echo {megabytes}; }}; java_of_stack=/nowhere; . {shared}/jvm-profile.sh; env";
        var result = await ProcessRunner.RunCheckedAsync(Command.Of("env", ["-i", "PATH=/usr/bin:/bin", "HOME=/nowhere", .. variables, "bash", "-c", script]), Ct);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split('=', 2)).Where(static p => p.Length == 2).ToDictionary(static p => p[0], static p => p[1]);
    }

    // A Maven that only writes down what it was asked to do.
    private static Task<byte[]> MakeMavenAsync() => ArchiveAsync("bin/mvn", """
        #!/bin/bash
        echo "$@" >built.txt
        """);

    // A JDK that is the machine's by another name.
    private static Task<byte[]> MakeJdkAsync(string version) =>
        ArchiveAsync("bin/java", "#!/bin/bash\nexec /usr/bin/java \"$@\"\n", ("bin/javac", "#!/bin/bash\nexec /usr/bin/javac \"$@\"\n"), ("release", $"JAVA_VERSION=\"{version}\"\n"));

    private static async Task<byte[]> ArchiveAsync(string name, string content, params (string Name, string Content)[] more)
    {
        using var folder = new TemporaryFolder();
        foreach (var (path, text) in more.Prepend((name, content)))
        {
            var file = folder["made/" + path];
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, Ct);
            File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        await ProcessRunner.RunCheckedAsync(Command.Of("tar", "--create", "--gzip", "--file", folder["a.tar.gz"], "--directory", folder.Path, "made"), Ct);
        return await File.ReadAllBytesAsync(folder["a.tar.gz"], Ct);
    }
}
