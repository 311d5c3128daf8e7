using Renga.Model;
using Renga.Model.Formation;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Renga.Builds.Results;

/// <summary>
/// Reads <c>default_process_types</c> out of what a buildpack's bin/release printed. It reads events, not a tree, so that no nesting and no alias can make it
/// grow: hostile YAML costs what its bytes cost.
/// </summary>
internal static class ReleaseYaml
{
    public static Result<SortedDictionary<string, string>> Parse(string yaml)
    {
        var types = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var parser = new Parser(new StringReader(yaml));
            var depth = 0;
            string? section = null;
            string? key = null;
            while (parser.MoveNext())
            {
                switch (parser.Current)
                {
                    case MappingStart or SequenceStart:
                        depth++;
                        if (depth > 1)
                            section = depth == 2 ? key : section;
                        key = null;
                        break;
                    case MappingEnd or SequenceEnd:
                        depth--;
                        key = null;
                        break;
                    case Scalar scalar when depth is 1 or 2:
                        if (key is null)
                        {
                            key = scalar.Value;
                        }
                        else
                        {
                            if (depth == 2 && section == "default_process_types" && ProcessType.IsValid(key) && !string.IsNullOrWhiteSpace(scalar.Value))
                                types[key] = scalar.Value.Trim();
                            key = null;
                        }

                        break;
                    default:
                        break;
                }
            }

            return types;
        }
        catch (YamlException e)
        {
            return Refusal.Invalid($"The buildpack's bin/release printed YAML that cannot be read, at line {e.Start.Line}.");
        }
    }
}
