using Renga.Model;
using Renga.Model.Formation;

namespace Renga.Builds.Results;

/// <summary>What a finished build dyno left: the folder that becomes the slug, what runs in it, and what it is.</summary>
/// <param name="Folder">Checked: no step of its path is a link.</param>
/// <param name="Declared">From the Procfile.</param>
/// <param name="Defaults">From the last buildpack.</param>
/// <param name="Description">What the last buildpack said it found, <c>Node.js</c>.</param>
internal sealed record BuildResults(
    string Folder, IReadOnlyDictionary<string, string> Declared, IReadOnlyDictionary<string, string> Defaults, string? Description)
{
    private const int MaxProcfile = 64 * 1024;
    private const int MaxYaml = 64 * 1024;
    private const int MaxNames = 4096;
    private const int MaxDescription = 60;

    /// <summary>The Procfile wins over the defaults.</summary>
    public Dictionary<string, string> ProcessTypes
    {
        get
        {
            var types = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
            foreach (var (type, command) in Declared)
                types[type] = command;
            return types;
        }
    }

    /// <summary>Reads it all from the build dyno's files, which are hostile.</summary>
    /// <param name="temporary">The dyno's /tmp as seen from here.</param>
    public static Result<BuildResults> Read(string temporary, Guid buildId)
    {
        var source = $"build_{buildId:N}";
        var results = $"results_{buildId:N}";
        if (!ConfinedFile.Folder(temporary, source).TryGet(out var folder, out var refusal))
            return refusal;

        if (!ConfinedFile.ReadText(temporary, $"{source}/Procfile", MaxProcfile).TryGet(out var text, out refusal))
            return Refusal.Invalid(refusal.Message.Replace($"{source}/", "", StringComparison.Ordinal));
        IReadOnlyDictionary<string, string>? declared = new SortedDictionary<string, string>();
        if (text is not null && !Procfile.Parse(text).TryGet(out declared, out refusal))
            return refusal;

        if (!ConfinedFile.ReadText(temporary, $"{results}/release.yml", MaxYaml).TryGet(out var yaml, out refusal))
            return Refusal.Invalid("The buildpack's bin/release printed more than 64 KB.");
        if (!ReleaseYaml.Parse(yaml ?? "").TryGet(out var defaults, out refusal))
            return refusal;

        return new BuildResults(folder, declared ?? new Dictionary<string, string>(), defaults, Name(temporary, results, "description"));
    }

    /// <summary>The buildpack that failed, for the message; null when it is not known.</summary>
    public static string? FailedName(string temporary, Guid buildId) => Name(temporary, $"results_{buildId:N}", "description");

    private static string? Name(string temporary, string results, string file)
    {
        if (!ConfinedFile.ReadText(temporary, $"{results}/{file}", MaxNames).TryGet(out var text, out _) || text is null)
            return null;
        var line = new string([.. text.Split('\n')[0].Where(static c => !char.IsControl(c))]).Trim();
        return line.Length switch { 0 => null, > MaxDescription => line[..MaxDescription], _ => line };
    }
}
