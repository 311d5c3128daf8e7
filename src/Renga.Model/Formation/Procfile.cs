using System.Text.RegularExpressions;

namespace Renga.Model.Formation;

/// <summary>
/// The one Procfile parser. A line is <c>type: command</c>; blank lines and lines that start with <c>#</c> are skipped; the last duplicate wins
/// (spec: protocols.md 7.1). Unlike Heroku's, a line that is neither is an error with its number, because a silently ignored process type is worse.
/// </summary>
public static partial class Procfile
{
    /// <param name="repeated">Gets the types that are there more than once, so that the user can be told; may be null.</param>
    public static Result<IReadOnlyDictionary<string, string>> Parse(string text, ICollection<string>? repeated = null)
    {
        var types = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<string>();
        var number = 0;
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var line = raw.Trim('\uFEFF', ' ', '\t');
            if (line.Length == 0 || line[0] == '#')
                continue;
            var match = Line().Match(line);
            if (!match.Success)
            {
                problems.Add($"line {number}: expected \"type: command\", found \"{Shorten(line)}\"");
            }
            else if (!types.TryAdd(match.Groups[1].Value, match.Groups[2].Value))
            {
                types[match.Groups[1].Value] = match.Groups[2].Value;
                repeated?.Add(match.Groups[1].Value);
            }
        }

        if (problems.Count > 0)
            return Refusal.Invalid($"Procfile: {string.Join("; ", problems)}.");
        return types;
    }

    private static string Shorten(string line) => line.Length <= 60 ? line : line[..60] + "...";

    [GeneratedRegex(@"\A([A-Za-z0-9_-]{1,128}):\s*(\S.*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
