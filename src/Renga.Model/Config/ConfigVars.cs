using System.Collections.Immutable;
using System.Text;

namespace Renga.Model.Config;

/// <summary>The rules for config vars: names, and the size of all of them together (design section 6).</summary>
public static class ConfigVars
{
    /// <summary>Bytes of all names and values of an app, UTF-8.</summary>
    public const int MaxTotalBytes = 64 * 1024;

    public static ImmutableSortedDictionary<string, string> Empty { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Applies changes, where a null value removes the name. All problems are told in one message; nothing is half applied.</summary>
    public static Result<ImmutableSortedDictionary<string, string>> Apply(ImmutableSortedDictionary<string, string> current, IReadOnlyDictionary<string, string?> changes)
    {
        var problems = new List<string>();
        var builder = current.ToBuilder();
        foreach (var (name, value) in changes)
        {
            if (!IsValidName(name))
                problems.Add($"Config var name \"{Shorten(name)}\" must not be empty or contain \"=\", spaces or control characters.");
            else if (value is null)
                builder.Remove(name);
            else if (value.Contains('\0', StringComparison.Ordinal))
                problems.Add($"The value of config var {name} contains a NUL character, which no process environment can hold.");
            else
                builder[name] = value;
        }

        var result = builder.ToImmutable();
        var size = TotalBytes(result);
        if (size > MaxTotalBytes)
            problems.Add($"Config vars would take {size} bytes in total; the limit is {MaxTotalBytes} bytes (64 KB) for all names and values of an app.");
        return problems.Count == 0 ? result : Refusal.Invalid(string.Join(' ', problems));
    }

    /// <summary>What an environment can hold: no <c>=</c>, no white space, no control characters, not empty.</summary>
    public static bool IsValidName(string name) =>
        name.Length > 0 && name.Length <= 1024 && !name.Any(static c => c == '=' || char.IsWhiteSpace(c) || char.IsControl(c));

    public static int TotalBytes(IReadOnlyDictionary<string, string> vars) =>
        vars.Sum(static v => Encoding.UTF8.GetByteCount(v.Key) + Encoding.UTF8.GetByteCount(v.Value));

    private static string Shorten(string name) => name.Length <= 40 ? name : name[..40] + "...";
}
