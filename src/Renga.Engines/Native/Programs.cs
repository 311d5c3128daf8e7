namespace Renga.Engines.Native;

/// <summary>Where programs are. Administrators' folders count, also when a service's PATH leaves them out.</summary>
internal static class Programs
{
    private static readonly string[] Always = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(Always).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    public static string Get(string name) => Find(name) ?? throw new EngineException($"The program {name} is not installed.");
}
