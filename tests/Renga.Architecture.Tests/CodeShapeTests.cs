using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Renga.Architecture.Tests;

/// <summary>Habits that a compiler cannot check.</summary>
public sealed class CodeShapeTests
{
    private const int MaxLines = 500;

    [Fact]
    public void Types_ThatOthersSee_AreNotOpenForInheritanceByAccident()
    {
        var open = Repository.SourceAssemblies.SelectMany(static a => a.GetTypes())
            .Where(static t => t is { IsClass: true, IsVisible: true, IsSealed: false, IsAbstract: false })
            .Where(static t => !t.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && t.Namespace?.StartsWith("Renga", StringComparison.Ordinal) == true && !t.Namespace.Contains(".Migrations", StringComparison.Ordinal))
            .Select(static t => t.FullName);

        open.ShouldBeEmpty();
    }

    [Fact]
    public void SourceFiles_AreShort() =>
        Repository.Files("src", "*.cs").Where(static f => !f.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(static f => (File: f, Lines: File.ReadLines(Path.Combine(Repository.Root, f)).Count()))
            .Where(static f => f.Lines > MaxLines)
            .ShouldBeEmpty();

    [Fact]
    public void ProcessStart_IsBannedEverywhereAndUsedInOneClass()
    {
        var banned = File.ReadAllLines(Path.Combine(Repository.Root, "eng/BannedSymbols.txt"));
        typeof(System.Diagnostics.Process).GetMethods().Count(static m => m.Name == "Start").ShouldBe(
            banned.Count(static l => l.StartsWith("M:System.Diagnostics.Process.Start", StringComparison.Ordinal)) + 2,
            "every overload of Process.Start is banned, but the two with a user name and password that only Windows has");
        banned.ShouldContain(static l => l.StartsWith("P:System.Diagnostics.ProcessStartInfo.Arguments;", StringComparison.Ordinal));

        Repository.Files("src", "*.cs")
            .Where(static f => File.ReadAllText(Path.Combine(Repository.Root, f)).Contains("Process.Start(", StringComparison.Ordinal))
            .ShouldBe(["src/Renga.Processes/ProcessRunner.cs"]);
    }

    [Fact]
    public void BannedSymbols_AreUsed_OnlyWithAReason()
    {
        // Migrations are written by a tool.
        var unexplained = Repository.Files("src", "*.cs").Where(static f => !f.Contains("/Migrations/", StringComparison.Ordinal)).SelectMany(static f => File.ReadLines(Path.Combine(Repository.Root, f)).Select(l => (File: f, Line: l)))
            .Where(static l => l.Line.Contains("#pragma warning disable", StringComparison.Ordinal) && !l.Line.Contains("//", StringComparison.Ordinal));

        unexplained.ShouldBeEmpty();
    }

    [Fact]
    public void EveryProject_IsCheckedByTheBannedSymbols()
    {
        var props = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props"));

        props.ShouldContain("Microsoft.CodeAnalysis.BannedApiAnalyzers");
        props.ShouldContain("eng/BannedSymbols.txt");
        Repository.SourceProjects.Where(static p => p.Value.ToString().Contains("RS0030", StringComparison.Ordinal)).Select(static p => p.Key).ShouldBeEmpty();
    }

    [Fact]
    public void LogMessages_HaveIdsOfTheirOwn()
    {
        var doubles = Repository.SourceAssemblies.SelectMany(static a => a.GetTypes())
            .SelectMany(static t => t.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(static m => (Method: $"{m.DeclaringType}.{m.Name}", Message: m.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(static m => m.Message is not null)
            .GroupBy(static m => m.Message!.EventId)
            .Where(static g => g.Count() > 1)
            .Select(static g => $"{g.Key}: {string.Join(", ", g.Select(static m => m.Method))}");

        doubles.ShouldBeEmpty();
    }

    [Fact]
    public void EverySourceProject_HasAReadme() =>
        Repository.SourceProjects.Keys.Where(static p => !File.Exists(Path.Combine(Repository.Root, "src", p, "README.md"))).ShouldBeEmpty();

    // Written in parts, since this file is one of those that are searched.
    [Fact]
    public void NoFile_NamesAPackageRegistry()
    {
        string[] hosts = [Host("registry", "npmjs"), Host("registry", "yarnpkg"), Host("files", "pythonhosted"), Host("pypi", "org"), Host("api", "nuget"), Host("proxy", "golang"), Host("crates", "io")];
        string[] patterns = ["*.cs", "*.json", "*.md", "*.sh", "*.props", "*.csproj", "*.yml", ".npmrc", "start", "test", "*.config"];

        var named = patterns.SelectMany(static p => Repository.Files("", p)).Distinct()
            .Where(f => hosts.Any(File.ReadAllText(Path.Combine(Repository.Root, f)).Contains));

        named.ShouldBeEmpty();

        static string Host(string first, string second) => $"{first}.{second}";
    }
}
