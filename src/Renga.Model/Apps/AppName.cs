using System.Text.RegularExpressions;

namespace Renga.Model.Apps;

/// <summary>The rule for app names, the only place that has it (spec: protocols.md 1.3).</summary>
public static partial class AppName
{
    /// <summary>Lower-case letters, digits and dashes, 3 to 30 characters, starting with a letter, not ending with a dash.</summary>
    public const string Pattern = "^[a-z][a-z0-9-]{1,28}[a-z0-9]$";

    public static bool IsValid(string? name) => name is not null && Regex().IsMatch(name);

    /// <summary>The name, or why it is none, in Heroku's wording.</summary>
    public static Result<string> Parse(string? name) => name switch
    {
        null or "" => Refusal.Invalid("Name can't be blank."),
        { Length: > 30 } => Refusal.Invalid("Name is too long (maximum is 30 characters)."),
        { Length: < 3 } => Refusal.Invalid("Name is too short (minimum is 3 characters)."),
        _ when !IsValid(name) => Refusal.Invalid("Name must start with a letter, end with a letter or digit and can only contain lowercase letters, numbers, and dashes."),
        _ => name,
    };

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{1,28}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Regex();
}
