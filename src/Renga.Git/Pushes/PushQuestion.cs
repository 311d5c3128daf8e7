using System.Collections.Immutable;

namespace Renga.Git.Pushes;

/// <summary>What the hook told us: where the pushed objects are until the push is accepted, and which refs shall change.</summary>
internal sealed record PushQuestion(ImmutableDictionary<string, string?> Quarantine, ImmutableArray<RefUpdate> Updates)
{
    /// <summary>Refs in one push; more is refused before anything is kept in memory.</summary>
    private const int MaxUpdates = 10_000;

    private static readonly string[] Variables = ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE"];

    /// <summary>Reads up to the line <c>end</c>. Null when the hook never asked, or said something that is not git's.</summary>
    public static async Task<PushQuestion?> ReadAsync(TextReader reader)
    {
        var quarantine = ImmutableDictionary.CreateBuilder<string, string?>();
        foreach (var name in Variables)
        {
            if (await reader.ReadLineAsync() is not { } value || value == "end")
                return null;
            if (value.Length > 0)
                quarantine[name] = value;
        }

        var updates = ImmutableArray.CreateBuilder<RefUpdate>();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == "end")
                return new PushQuestion(quarantine.ToImmutable(), updates.ToImmutable());
            if (RefUpdate.Parse(line) is not { } update || updates.Count == MaxUpdates)
                return null;
            updates.Add(update);
        }

        return null;
    }
}
