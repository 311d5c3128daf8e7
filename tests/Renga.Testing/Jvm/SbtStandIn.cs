using Renga.Processes;

namespace Renga.Testing.Jvm;

/// <summary>A launcher that does for a small app what sbt's does, with the Scala that Debian packages: real sbt is in no registry that a test may rely on.</summary>
public static class SbtStandIn
{
    /// <summary>What it asks the repository for.</summary>
    public static readonly string[] Artifacts =
    [
        "org/scala-lang/scala-library/2.11.12", "org/scala-lang/scala-reflect/2.11.12", "org/scala-lang/scala-compiler/2.11.12", "org/scala-lang/modules/scala-xml_2.11/1.0.3",
    ];

    public static string Launcher(string version) => $"org/scala-sbt/sbt-launch/{version}";

    /// <summary>Puts it where sbt's launcher of a version is.</summary>
    public static async Task AddAsync(MavenMirror mirror, string version, CancellationToken ct)
    {
        using var scratch = new TemporaryFolder();
        await using (var source = typeof(SbtStandIn).Assembly.GetManifestResourceStream("SbtStandIn.java")!)
        await using (var file = File.Create(scratch["SbtStandIn.java"]))
            await source.CopyToAsync(file, ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("javac", "-d", scratch["classes"], scratch["SbtStandIn.java"]), ct);
        await ProcessRunner.RunCheckedAsync(Command.Of("jar", "--create", "--file", scratch["launcher.jar"], "--main-class", "SbtStandIn", "-C", scratch["classes"], "."), ct);
        await mirror.AddAsync($"{Launcher(version)}/sbt-launch-{version}.jar", await File.ReadAllBytesAsync(scratch["launcher.jar"], ct), ct);
    }
}
