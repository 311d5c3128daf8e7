using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace Renga.Api.Tests;

/// <summary>The published schema of the Platform API, as the judge of what we answer. It lies beside the repository, or where RENGA_SPEC_DIR says.</summary>
internal sealed class PlatformSchema
{
    private const string FileName = "platform-api-schema.json";
    private static readonly Task<PlatformSchema?> Loaded = LoadAsync();

    private readonly JsonSchema _root;
    private readonly JsonNode _source;

    private PlatformSchema(JsonSchema root, JsonNode source)
    {
        _root = root;
        _source = source;
    }

    /// <summary>Skips the test where the file is not there.</summary>
    public static async Task<PlatformSchema> GetAsync()
    {
        var schema = await Loaded;
        Assert.SkipWhen(schema is null, $"{FileName} is neither in RENGA_SPEC_DIR nor in ../shared/spec");
        return schema!;
    }

    /// <summary>The answer, or each element of it, must validate and have no field that the resource does not have.</summary>
    public void Check(string resource, JsonNode answer)
    {
        foreach (var item in answer is JsonArray list ? list.ToArray() : [answer])
        {
            var errors = _root.Definitions[resource].Validate(item!.ToJsonString());
            errors.Select(static e => $"{e.Path}: {e.Kind}").ShouldBeEmpty($"{resource}: {item}");
            if (_source["definitions"]![resource]!["properties"] is JsonObject known)
                item.AsObject().Select(static p => p.Key).Except(known.Select(static p => p.Key)).ShouldBeEmpty(resource);
        }
    }

    private static async Task<PlatformSchema?> LoadAsync()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("RENGA_SPEC_DIR") ?? Path.Combine(RepositoryRoot(), "..", "shared", "spec"), FileName);
        if (!File.Exists(path))
            return null;
        var source = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        Relax(source);
        return new PlatformSchema(await JsonSchema.FromJsonAsync(source.ToJsonString()), source);
    }

    /// <summary>Patterns that name Heroku's own domains, and "uri" of a host name, which not even the schema's own example is.</summary>
    private static void Relax(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Relax(item);
        }
        else if (node is JsonObject o)
        {
            if (o["pattern"] is JsonValue pattern && pattern.ToString().Contains("heroku", StringComparison.Ordinal))
                o.Remove("pattern");
            if (o["format"]?.ToString() == "uri" && o["description"]?.ToString() == "full hostname")
                o.Remove("format");
            foreach (var (_, child) in o.ToList())
                Relax(child);
        }
    }

    private static string RepositoryRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
