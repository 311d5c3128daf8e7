using System.Collections.Immutable;

namespace Renga.Storage.Releases;

/// <summary>What a release says of itself, in Heroku's words.</summary>
public static class ReleaseDescription
{
    public const string First = "Initial release";

    private const int ShortCommit = 8;
    private const int MaxNames = 20;

    public static string Deploy(string? commit) => commit is null ? "Deploy" : $"Deploy {(commit.Length > ShortCommit ? commit[..ShortCommit] : commit)}";

    public static string Rollback(int version) => $"Rollback to v{version}";

    /// <summary><c>Set A, B config vars</c>, <c>Remove C config vars</c>, or both. Null when nothing differs.</summary>
    public static string? Config(ImmutableSortedDictionary<string, string> before, ImmutableSortedDictionary<string, string> after)
    {
        var set = after.Where(v => !before.TryGetValue(v.Key, out var old) || old != v.Value).Select(static v => v.Key).ToList();
        var removed = before.Keys.Where(name => !after.ContainsKey(name)).ToList();
        return (set.Count, removed.Count) switch
        {
            (0, 0) => null,
            ( > 0, 0) => $"Set {Names(set)} config vars",
            (0, > 0) => $"Remove {Names(removed)} config vars",
            _ => $"Set {Names(set)} and remove {Names(removed)} config vars",
        };
    }

    private static string Names(List<string> names) =>
        names.Count <= MaxNames ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MaxNames))} and {names.Count - MaxNames} more";
}
