using Renga.Model;
using Renga.Model.Formation;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Renga.Builds.Results;

/// <summary>What a buildpack's bin/release printed.</summary>
/// <param name="ProcessTypes">Commands for types that the Procfile does not name.</param>
/// <param name="ConfigVars">Defaults for an app that is released for the first time.</param>
/// <param name="AddOns">Plans that it wishes for.</param>
internal sealed record ReleaseYaml(SortedDictionary<string, string> ProcessTypes, SortedDictionary<string, string> ConfigVars, List<string> AddOns)
{
    private const string Expected = "expected \"default_process_types:\", \"config_vars:\" or \"addons:\"";

    /// <summary>It reads events, not a tree, so that no nesting and no alias can make it grow: hostile YAML costs what its bytes cost.</summary>
    public static Result<ReleaseYaml> Parse(string yaml)
    {
        var release = new ReleaseYaml(new(StringComparer.Ordinal), new(StringComparer.Ordinal), []);
        try
        {
            var parser = new Parser(new StringReader(yaml));
            var depth = 0;
            var inList = false;
            string? section = null;
            string? key = null;
            while (parser.MoveNext())
            {
                switch (parser.Current)
                {
                    case SequenceStart when depth == 0:
                    case Scalar { Value.Length: > 0 } when depth == 0:
                        return Refusal.Invalid($"The buildpack's bin/release printed something else than a YAML mapping; {Expected}.");
                    case MappingStart or SequenceStart:
                        depth++;
                        if (depth == 2)
                            (section, inList) = (key, parser.Current is SequenceStart);
                        key = null;
                        break;
                    case MappingEnd or SequenceEnd:
                        depth--;
                        key = null;
                        break;
                    case Scalar scalar when depth == 2 && inList:
                        if (section == "addons" && scalar.Value.Length > 0)
                            release.AddOns.Add(scalar.Value);
                        break;
                    case Scalar scalar when depth is 1 or 2:
                        if (key is not null && depth == 2)
                            release.Take(section, key, scalar.Value);
                        key = key is null ? scalar.Value : null;
                        break;
                    default:
                        break;
                }
            }

            return release;
        }
        catch (YamlException e)
        {
            return Refusal.Invalid($"The buildpack's bin/release printed YAML that cannot be read, at line {e.Start.Line}; {Expected}.");
        }
    }

    private void Take(string? section, string key, string value)
    {
        if (section == "default_process_types" && ProcessType.IsValid(key) && !string.IsNullOrWhiteSpace(value))
            ProcessTypes[key] = value.Trim();
        else if (section == "config_vars" && Model.Config.ConfigVars.IsValidName(key) && !value.Contains('\0', StringComparison.Ordinal))
            ConfigVars[key] = value;
    }
}
