namespace Renga.Engines.Scripts;

/// <summary>Our few fixed shell scripts, written beside the dynos. Everything variable reaches them as arguments.</summary>
internal sealed class EngineScripts(string folder)
{
    private static readonly string[] Names = ["launch.sh", "plain-runtime.sh", "plain-gate.sh", "plain-terminal.sh"];

    public string Launch => Path.Combine(folder, "launch.sh");

    public string PlainRuntime => Path.Combine(folder, "plain-runtime.sh");

    public string PlainGate => Path.Combine(folder, "plain-gate.sh");

    public string PlainTerminal => Path.Combine(folder, "plain-terminal.sh");

    public void Install()
    {
        Directory.CreateDirectory(folder);
        foreach (var name in Names)
        {
            // Replaced whole: a shell that reads the old file goes on reading the old file.
            var path = Path.Combine(folder, name);
            using (var source = typeof(EngineScripts).Assembly.GetManifestResourceStream("Renga.Engines.Scripts." + name)!)
            using (var target = File.Create(path + ".new"))
                source.CopyTo(target);
            File.SetUnixFileMode(path + ".new", (UnixFileMode)0b111_101_101);
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
