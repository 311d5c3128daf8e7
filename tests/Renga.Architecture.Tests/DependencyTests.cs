namespace Renga.Architecture.Tests;

/// <summary>Dependencies point one way: Model, then Protocol, then components, then Server (docs: design, "Components").</summary>
public sealed class DependencyTests
{
    private const string Everything = "*";

    // A new project under src gets its row here, and with it a decision about what it may know.
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Renga.Model"] = "",
        ["Renga.Processes"] = "",
        ["Renga.Protocol"] = "Renga.Model",
        ["Renga.Storage"] = "Renga.Model",
        ["Renga.Engines"] = "Renga.Model Renga.Processes",
        ["Renga.Router"] = "Renga.Model Renga.Protocol",
        ["Renga.Logs"] = "Renga.Model Renga.Protocol",
        ["Renga.Dynos"] = "Renga.Model Renga.Protocol Renga.Engines",
        ["Renga.Git"] = "Renga.Model Renga.Protocol Renga.Processes",
        ["Renga.Api"] = "Renga.Model Renga.Protocol Renga.Storage",
        ["Renga.Builds"] = "Renga.Model Renga.Protocol Renga.Processes Renga.Storage Renga.Engines",
        ["Renga.Server"] = Everything,
    };

    public static TheoryData<string> Projects => [.. Repository.SourceProjects.Keys.Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_OnlyWhatItMayKnow(string project)
    {
        Allowed.ShouldContainKey(project);
        if (Allowed[project] == Everything)
            return;
        Repository.References(project).Except(Allowed[project].Split(' ')).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Renga.Router")]
    [InlineData("Renga.Engines")]
    [InlineData("Renga.Logs")]
    [InlineData("Renga.Dynos")]
    [InlineData("Renga.Git")]
    public void Project_OfTheDataPlane_NeverReachesStorage(string project) => Reachable(project).ShouldNotContain("Renga.Storage");

    [Fact]
    public void Server_IsTheOnlyProject_ThatReferencesAllOthers()
    {
        Repository.References("Renga.Server").Order().ShouldBe(Repository.SourceProjects.Keys.Where(static p => p != "Renga.Server").Order());
        Repository.SourceProjects.Keys.Where(static p => Repository.References(p).Contains("Renga.Server")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Renga.Model")]
    [InlineData("Renga.Protocol")]
    public void Vocabulary_HasNoPackagesAndNoWebFramework(string project)
    {
        var document = Repository.SourceProjects[project];
        document.Descendants("PackageReference").ShouldBeEmpty();
        document.Descendants("FrameworkReference").ShouldBeEmpty();
    }

    [Fact]
    public void Packages_AreVersionedInOnePlace() =>
        Repository.SourceProjects.Where(static p => p.Value.Descendants("PackageReference").Any(static r => r.Attribute("Version") is not null)).Select(static p => p.Key).ShouldBeEmpty();

    private static HashSet<string> Reachable(string project)
    {
        var seen = new HashSet<string>();
        var next = new Stack<string>([project]);
        while (next.TryPop(out var name))
        {
            if (seen.Add(name))
            {
                foreach (var reference in Repository.References(name))
                    next.Push(reference);
            }
        }

        return seen;
    }
}
