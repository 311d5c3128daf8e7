using System.Reflection;
using System.Xml.Linq;

namespace Renga.Architecture.Tests;

/// <summary>The repository that these tests were built from, as files and as assemblies.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "node_modules", ".git", ".node", "bin", "obj"];

    public static string Root { get; } = FindRoot();

    /// <summary>The projects under <c>src</c> by name.</summary>
    public static IReadOnlyDictionary<string, XDocument> SourceProjects { get; } =
        Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).ToDictionary(static p => Path.GetFileNameWithoutExtension(p), XDocument.Load);

    /// <summary>The assemblies that <c>rengad</c> is made of.</summary>
    public static IEnumerable<Assembly> SourceAssemblies =>
        SourceProjects.Keys.Select(static name => Assembly.Load(name == "Renga.Server" ? "rengad" : name));

    public static IEnumerable<string> References(string project) =>
        SourceProjects[project].Descendants("ProjectReference").Select(static r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

    /// <summary>Text files of the repository, relative to its root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Walk(new DirectoryInfo(Path.Combine(Root, folder)), pattern).Select(static f => Path.GetRelativePath(Root, f.FullName));

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder, string pattern) =>
        folder.EnumerateFiles(pattern).Where(static f => f.LinkTarget is null)
            .Concat(folder.EnumerateDirectories().Where(static d => d.LinkTarget is null && !NotOurs.Contains(d.Name)).SelectMany(d => Walk(d, pattern)));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Renga.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No Renga.slnx above {AppContext.BaseDirectory}.");
        return folder;
    }
}
