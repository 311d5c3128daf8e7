using System.Globalization;
using System.Text.RegularExpressions;
using Renga.Model;

namespace Renga.Api.Ranges;

/// <summary>
/// The Range header of a list: <c>version ]10..; max=5, order=desc</c>. Start and end are in the order of the list; a bracket in front excludes the value itself.
/// Separators come as clients write them: commas, semicolons, with spaces or without, and one too many at the end. Absent and empty mean everything by id.
/// </summary>
internal sealed partial record RangeHeader(string? Attribute, string? Start, bool StartExcluded, string? End, bool EndExcluded, int Max, bool Descending)
{
    public const int DefaultMax = 200;
    public const int LargestMax = 1000;

    public static RangeHeader Everything { get; } = new(null, null, false, null, false, DefaultMax, false);

    public static Result<RangeHeader> Parse(string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
            return Everything;
        var parts = header.Split(';', 2);
        var match = Interval().Match(parts[0].Trim());
        if (!match.Success)
            return Refusal.Invalid($"The range \"{header}\" is not understood: expected \"ATTRIBUTE [START]..[END]; max=N, order=asc|desc\".");
        var max = DefaultMax;
        var descending = false;
        foreach (var option in (parts.Length > 1 ? parts[1] : "").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            switch (option.Split('=', 2, StringSplitOptions.TrimEntries))
            {
                case ["max", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0:
                    max = Math.Min(wanted, LargestMax);
                    break;
                case ["order", "desc"]:
                    descending = true;
                    break;
                case ["order", "asc"]:
                    descending = false;
                    break;
                default:
                    return Refusal.Invalid($"The range option \"{option}\" is not understood: expected max=N with N from 1, or order=asc or order=desc.");
            }
        }

        return new RangeHeader(
            match.Groups["attribute"].Value,
            Text(match.Groups["start"]), match.Groups["startOut"].Length > 0,
            Text(match.Groups["end"]), match.Groups["endOut"].Length > 0,
            max, descending);
    }

    private static string? Text(Group group) => group.Length == 0 ? null : group.Value;

    [GeneratedRegex(@"\A(?<attribute>[a-z_]+)(\s+(?<startOut>\])?\[?(?<start>[^\s\[\]]*?)\.\.(?<endOut>\[)?(?<end>[^\s\[\]]*?)\]?)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Interval();
}
