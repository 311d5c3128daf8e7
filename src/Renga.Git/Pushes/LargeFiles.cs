using Renga.Git.Commands;
using Renga.Processes;

namespace Renga.Git.Pushes;

/// <summary>
/// Git LFS keeps large files on a server of its own and small pointers in the repository. This server has no such store, so what would be built are the pointers.
/// </summary>
internal static class LargeFiles
{
    private const int Named = 5;
    private const int MaxLooked = 100;

    /// <summary>A pointer's limit, by its specification.</summary>
    private const int MaxPointer = 1024;

    /// <summary>Why such a commit is refused; null when it has no pointers.</summary>
    public static async Task<string?> FindAsync(string repository, string commit, PushQuestion question, CancellationToken ct)
    {
        // Only where some .gitattributes uses LFS are there pointers; so other pushes do not pay for the search.
        if (!(await ProcessRunner.RunAsync(GitCommands.UsesLargeFiles(repository, commit, question.Quarantine), ct)).Succeeded)
            return null;
        var found = await ProcessRunner.RunAsync(GitCommands.FindPointers(repository, commit, question.Quarantine), ct);
        var names = new List<string>();
        foreach (var name in found.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Take(MaxLooked))
        {
            // "COMMIT:PATH". A file that only talks about pointers is none: a pointer begins so, and is small.
            var content = await ProcessRunner.RunAsync(GitCommands.Show(repository, name, question.Quarantine), ct);
            if (content.Output.Length < MaxPointer && content.Output.StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal))
                names.Add(new string([.. name[(commit.Length + 1)..].Select(static c => char.IsControl(c) ? '?' : c)]));
            if (names.Count > Named)
                break;
        }

        return names.Count == 0 ? null : string.Join("\n !       ", [
            "Git LFS files are not in this push, only pointers to them, and this server has no LFS store:",
            .. names.Take(Named),
            .. names.Count > Named ? (string[])["and more"] : [],
            "Commit the files themselves (git lfs migrate export --include=\"*\" --everything), or keep them outside the repository.",
        ]);
    }
}
