using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Renga.Git.Commands;
using Renga.Model;
using Renga.Model.Apps;
using Renga.Processes;

namespace Renga.Git.Repositories;

/// <summary>The repositories on disk, one per app, named by the app's id so that a rename moves nothing.</summary>
internal sealed class GitRepositories(GitOptions options, Ids ids, ILogger<GitRepositories> logger) : IAppResources
{
    private readonly ConcurrentDictionary<Guid, bool> _known = new();

    /// <summary>The app's repository, made now if it is missing.</summary>
    public async Task<string> EnsureAsync(Guid appId, CancellationToken ct)
    {
        var path = PathOf(appId);
        if (_known.ContainsKey(appId) && Directory.Exists(path))
            return path;
        if (!Directory.Exists(path))
            await CreateAsync(path, ct);
        _known[appId] = true;
        return path;
    }

    public Task CreatedAsync(App app, CancellationToken ct) => EnsureAsync(app.Id, ct);

    public Task RenamedAsync(App app, string oldName, CancellationToken ct) => Task.CompletedTask;

    public Task DestroyedAsync(Guid appId, IReadOnlyList<string> slugImages, CancellationToken ct)
    {
        _known.TryRemove(appId, out _);
        var path = PathOf(appId);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
            logger.RepositoryRemoved(path);
        }

        return Task.CompletedTask;
    }

    /// <summary>Bytes on disk.</summary>
    public static async Task<long> MeasureAsync(string repository, CancellationToken ct)
    {
        var result = await ProcessRunner.RunCheckedAsync(GitCommands.CountObjects(repository), ct);
        return ParseCount(result.Output);
    }

    /// <summary>Adds up loose and packed objects, which git tells in KiB.</summary>
    internal static long ParseCount(string output)
    {
        long kibibytes = 0;
        foreach (var line in output.Split('\n'))
        {
            if (line.Split(": ") is ["size" or "size-pack" or "size-garbage", var number] && long.TryParse(number, CultureInfo.InvariantCulture, out var size))
                kibibytes += size;
        }

        return kibibytes * 1024;
    }

    private async Task CreateAsync(string path, CancellationToken ct)
    {
        // Made aside and renamed, so that a crash leaves no half repository under the final name.
        Directory.CreateDirectory(options.RepositoriesFolder);
        var draft = Path.Combine(options.RepositoriesFolder, $".new-{ids.New():N}");
        await ProcessRunner.RunCheckedAsync(GitCommands.Initialize(draft), ct);
        try
        {
            Directory.Move(draft, path);
            logger.RepositoryCreated(path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            Directory.Delete(draft, recursive: true);
        }
    }

    private string PathOf(Guid appId) => Path.Combine(options.RepositoriesFolder, $"{appId:D}.git");
}
