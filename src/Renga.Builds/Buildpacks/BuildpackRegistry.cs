using System.Collections.Immutable;
using System.Text.Json;
using Renga.Model;
using Renga.Model.Buildpacks;

namespace Renga.Builds.Buildpacks;

/// <summary>
/// Our own buildpacks as <c>heroku/NAME</c> and <c>renga/NAME</c>, and what the operator's file adds, replaces or (by null) takes away. The file is read at
/// every use, so an edit counts at once: <c>{"acme/elixir": "https://host/elixir.git#v2", "heroku/nodejs": "builtin:nodejs", "heroku/static": null}</c>.
/// </summary>
internal sealed class BuildpackRegistry(BuildsOptions options) : IBuildpackRegistry
{
    private const string BuiltIn = "builtin:";
    private static readonly string[] Owners = ["heroku", "renga"];
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public Result<ImmutableSortedDictionary<string, string>> Read() =>
        All().TryGet(out var all, out var refusal) ? all.ToImmutableSortedDictionary(static e => e.Key, static e => e.Value.Description, StringComparer.Ordinal) : refusal;

    /// <summary>Every known name. A refusal tells all that is wrong with the operator's file.</summary>
    public Result<ImmutableSortedDictionary<string, KnownBuildpack>> All()
    {
        var all = Own().ToBuilder();
        var problems = new List<string>();
        if (options.RegistryFile is { } file && File.Exists(file))
            AddOperators(file, all, problems);
        return problems.Count == 0 ? all.ToImmutable() : Refusal.Invalid($"The operator's list of buildpacks, {options.RegistryFile}, cannot be used: {string.Join(" ", problems)}");
    }

    /// <summary>Ours only.</summary>
    public ImmutableSortedDictionary<string, KnownBuildpack> Own() =>
        OwnFolders().SelectMany(static folder => Owners, (folder, owner) => (Name: $"{owner}/{folder}", Folder: folder))
            .ToImmutableSortedDictionary(static p => p.Name, p => new KnownBuildpack(new BuildpackSource(BuildpackKind.BuiltIn, p.Name, p.Folder), Title(p.Folder)), StringComparer.Ordinal);

    private void AddOperators(string file, ImmutableSortedDictionary<string, KnownBuildpack>.Builder all, List<string> problems)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file), Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add("it must be one object, {\"owner/name\": \"where it is\"}.");
                return;
            }

            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (!BuildpackLocator.IsName(entry.Name))
                    problems.Add($"\"{entry.Name}\" is not a name; expected owner/name.");
                else if (entry.Value.ValueKind == JsonValueKind.Null)
                    all.Remove(entry.Name);
                else if (entry.Value.ValueKind != JsonValueKind.String)
                    problems.Add($"{entry.Name}: expected a string or null.");
                else if (Target(entry.Name, entry.Value.GetString()!).TryGet(out var source, out var refusal))
                    all[entry.Name] = new KnownBuildpack(source, source.Kind == BuildpackKind.BuiltIn ? Title(source.Location) : entry.Name);
                else
                    problems.Add($"{entry.Name}: {refusal.Message}");
            }
        }
        catch (JsonException e)
        {
            problems.Add($"it is not JSON, at line {e.LineNumber + 1}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{e.Message}");
        }
    }

    private Result<BuildpackSource> Target(string name, string target)
    {
        if (target.StartsWith(BuiltIn, StringComparison.Ordinal))
        {
            var folder = target[BuiltIn.Length..];
            return OwnFolders().Contains(folder) ? new BuildpackSource(BuildpackKind.BuiltIn, name, folder) : Refusal.Invalid($"there is no built-in buildpack \"{folder}\"; there are {string.Join(", ", OwnFolders())}.");
        }

        if (!BuildpackLocator.Parse(target).TryGet(out var reference, out var refusal))
            return refusal;
        return reference.Kind switch
        {
            BuildpackLocatorKind.Name => Refusal.Invalid($"a name cannot stand for a name; expected {BuiltIn}FOLDER, a URL or an absolute path."),
            BuildpackLocatorKind.Path when !Directory.Exists(reference.Location) => Refusal.Invalid($"there is no folder {reference.Location}."),
            _ => BuildpackSource.Of(reference) with { Display = name },
        };
    }

    private IEnumerable<string> OwnFolders() =>
        Directory.EnumerateDirectories(options.BuildpacksFolder).Where(static f => File.Exists(Path.Combine(f, "bin", "compile"))).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    /// <summary><c># Node.js buildpack</c> at the top of its README says <c>Node.js</c>.</summary>
    private string Title(string folder)
    {
        var readme = Path.Combine(options.BuildpacksFolder, folder, "README.md");
        return File.Exists(readme) && File.ReadLines(readme).FirstOrDefault() is ['#', ' ', .. var title] ? title.Replace(" buildpack", "", StringComparison.OrdinalIgnoreCase) : folder;
    }
}

/// <summary>A buildpack that has a name.</summary>
internal sealed record KnownBuildpack(BuildpackSource Source, string Description);
