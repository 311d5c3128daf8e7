using System.Globalization;
using System.Text.RegularExpressions;
using Renga.Model;
using Renga.Model.Formation;

namespace Renga.Builds.Results;

/// <summary>What a finished build dyno left: the folder that becomes the slug, what runs in it, and what it is.</summary>
/// <param name="Folder">Checked: no step of its path is a link.</param>
/// <param name="Declared">From the Procfile.</param>
/// <param name="Repeated">Types that the Procfile has more than once; the last counts.</param>
/// <param name="Release">From the last buildpack.</param>
/// <param name="Description">What the last buildpack said it found, <c>Node.js</c>.</param>
/// <param name="Commit">What a repository was cloned at; null for other sources.</param>
/// <param name="Cache">What the build did with its cache.</param>
internal sealed partial record BuildResults(
    string Folder, IReadOnlyDictionary<string, string> Declared, IReadOnlyList<string> Repeated, ReleaseYaml Release, string? Description, string? Commit, CacheUse Cache)
{
    private const int MaxProcfile = 64 * 1024;
    private const int MaxYaml = 64 * 1024;
    private const int MaxNames = 4096;
    private const int MaxDescription = 80;

    /// <summary>The Procfile wins over the defaults.</summary>
    public Dictionary<string, string> ProcessTypes
    {
        get
        {
            var types = new Dictionary<string, string>(Release.ProcessTypes, StringComparer.Ordinal);
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
        var repeated = new List<string>();
        if (!Procfile.Parse(text ?? "", repeated).TryGet(out var declared, out refusal))
            return refusal;

        if (!ConfinedFile.ReadText(temporary, $"{results}/release.yml", MaxYaml).TryGet(out var yaml, out refusal))
            return Refusal.Invalid("The buildpack's bin/release printed more than 64 KB.");
        if (!ReleaseYaml.Parse(yaml ?? "").TryGet(out var release, out refusal))
            return refusal;

        var commit = Line(temporary, results, "commit");
        return new BuildResults(
            folder, declared, repeated, release, Line(temporary, results, "description"), commit is not null && CommitId().IsMatch(commit) ? commit : null, CacheUse.Parse(Line(temporary, results, "cache")));
    }

    /// <summary>The buildpack that failed, for the message; null when it is not known.</summary>
    public static string? FailedName(string temporary, Guid buildId) => Line(temporary, $"results_{buildId:N}", "description");

    private static string? Line(string temporary, string results, string file)
    {
        if (!ConfinedFile.ReadText(temporary, $"{results}/{file}", MaxNames).TryGet(out var text, out _) || text is null)
            return null;
        var line = new string([.. text.Split('\n')[0].Where(static c => !char.IsControl(c))]).Trim();
        return line.Length switch { 0 => null, > MaxDescription => line[..MaxDescription], _ => line };
    }

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex CommitId();
}

/// <summary>The cache after a build.</summary>
internal readonly record struct CacheUse(string? State, long? Bytes)
{
    /// <summary>For the pusher; null when there is nothing to say.</summary>
    public string? Text => State switch
    {
        "new" => "kept for the next build",
        "reused" => "used as it was, nothing had to be added",
        "changed" => "used and changed by this build",
        _ => null,
    };

    /// <summary><c>STATE KILOBYTES</c>, as our script writes it; the second may be missing.</summary>
    public static CacheUse Parse(string? line)
    {
        var parts = line?.Split(' ') ?? [];
        return new CacheUse(parts.ElementAtOrDefault(0), parts.Length > 1 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : null);
    }
}
