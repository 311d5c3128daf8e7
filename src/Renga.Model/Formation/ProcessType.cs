using System.Text.RegularExpressions;

namespace Renga.Model.Formation;

/// <summary>The rule for process type names (spec: protocols.md 7.1).</summary>
public static partial class ProcessType
{
    /// <summary>The only type that receives HTTP.</summary>
    public const string Web = "web";

    /// <summary>The type that runs in the release phase.</summary>
    public const string Release = "release";

    /// <summary>The type of one-off dynos.</summary>
    public const string Run = "run";

    public static bool IsValid(string? type) => type is not null && Regex().IsMatch(type);

    [GeneratedRegex(@"\A[-A-Za-z0-9_]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Regex();
}
