namespace Renga.EndToEnd.Tests.Harness;

/// <summary>Where things are, seen from this test's own build.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The <c>rengad</c> of the same configuration as this test.</summary>
    public static string Server { get; } = Path.Combine(Root, "artifacts/bin/Renga.Server", new DirectoryInfo(AppContext.BaseDirectory).Name, "rengad");

    public static string CliFolder { get; } = Path.Combine(Root, "tests/Renga.EndToEnd.Tests");

    /// <summary>The official command line's version 10, and the plugin that only it and older ones run.</summary>
    public static string Cli10Folder { get; } = Path.Combine(CliFolder, "Cli10");

    public static string Examples { get; } = Path.Combine(Root, "examples");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Renga.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No Renga.slnx above {AppContext.BaseDirectory}.");
        return folder;
    }
}
