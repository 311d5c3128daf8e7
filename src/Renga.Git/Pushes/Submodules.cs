using System.Collections.Immutable;
using Renga.Git.Commands;
using Renga.Model;
using Renga.Model.Builds;
using Renga.Processes;

namespace Renga.Git.Pushes;

/// <summary>The submodules of a pushed commit: the tree says which commits, .gitmodules where they are.</summary>
/// <param name="Fetched">What the build fetches.</param>
/// <param name="Unknown">Folders that the tree names and .gitmodules does not; they stay empty.</param>
internal sealed record Submodules(ImmutableArray<Submodule> Fetched, ImmutableArray<string> Unknown)
{
    private const int Max = 100;
    private const int MaxUrl = 2048;

    public static async Task<Result<Submodules>> ReadAsync(string repository, string commit, PushQuestion question, CancellationToken ct)
    {
        var links = await TreeScan.GitlinksAsync(repository, commit, question, ct);
        if (links.Count == 0)
            return new Submodules([], []);
        if (links.Count == TreeScan.MaxKept)
            return Refusal.Invalid($"The commit names {TreeScan.MaxKept} other repositories or more. Submodules: at most {Max}.");
        var listed = await ProcessRunner.RunAsync(GitCommands.ListRoot(repository, commit, ".gitmodules", question.Quarantine), ct);
        if (!listed.Succeeded || listed.Output.Length == 0)
            return new Submodules([], [.. links.Keys.Order(StringComparer.Ordinal)]);
        var modules = await ProcessRunner.RunAsync(GitCommands.ReadModules(repository, commit, question.Quarantine), ct);

        // Status 1: nothing of what was asked for is in the file.
        return modules.Status is 0 or 1 ? Match(links, modules.Output) : Refusal.Invalid($".gitmodules cannot be read: {modules.Error.Trim()}");
    }

    /// <param name="settings"><c>submodule.NAME.KEY LF VALUE NUL</c>, over and over. The last value of a key counts.</param>
    internal static Result<Submodules> Match(IReadOnlyDictionary<string, string> links, string settings)
    {
        var modules = new SortedDictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var setting in settings.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (setting.Split('\n', 2) is not [var name, var value] || name.LastIndexOf('.') is var dot && dot <= "submodule.".Length)
                continue;
            var module = name["submodule.".Length..dot];
            modules.TryAdd(module, []);
            modules[module][name[(dot + 1)..]] = value;
        }

        var fetched = ImmutableArray.CreateBuilder<Submodule>();
        foreach (var (_, module) in modules)
        {
            // What .gitmodules names and the tree does not have is not part of the commit.
            if (!module.TryGetValue("path", out var path) || !links.TryGetValue(path, out var commit))
                continue;
            if (Problem(path, module.GetValueOrDefault("url", "")) is { } problem)
                return Refusal.Invalid(problem);
            fetched.Add(new Submodule(path, module["url"], commit));
        }

        if (fetched.Count > Max)
            return Refusal.Invalid($"The repository has {fetched.Count} submodules (maximum is {Max}).");
        var known = fetched.Select(static m => m.Path).ToHashSet(StringComparer.Ordinal);
        return new Submodules(fetched.ToImmutable(), [.. links.Keys.Where(p => !known.Contains(p)).Order(StringComparer.Ordinal)]);
    }

    private static string? Problem(string path, string url)
    {
        if (path.Any(char.IsControl) || path.Split('/').Any(static part => part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase)))
            return "A submodule in .gitmodules has a path that is not a folder inside the repository.";
        if (url.Length is 0 or > MaxUrl || url.Any(static c => char.IsControl(c) || c == ' '))
            return $"Submodule \"{path}\" has no URL in .gitmodules that can be fetched. Expected an https:// URL.";
        if (url.StartsWith("./", StringComparison.Ordinal) || url.StartsWith("../", StringComparison.Ordinal))
            return $"Submodule \"{path}\" has a URL relative to its parent ({url}), and this server has only the parent. Put the whole https:// URL in .gitmodules.";
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "git" && uri.Host.Length > 0)
            return null;
        return url.StartsWith("ssh:", StringComparison.Ordinal) || (url.Contains(':', StringComparison.Ordinal) && !url.Contains("://", StringComparison.Ordinal))
            ? $"Submodule \"{path}\" is fetched over SSH, for which the build has no key. Put an https:// URL in .gitmodules."
            : $"Submodule \"{path}\" has a URL that the build cannot fetch. Expected https://, http:// or git://.";
    }
}
