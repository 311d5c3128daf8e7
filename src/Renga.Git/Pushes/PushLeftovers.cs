using Microsoft.Extensions.Hosting;

namespace Renga.Git.Pushes;

/// <summary>At start: removes what pushes left behind that were under way when the platform died, and installs the hook.</summary>
internal sealed class PushLeftovers(GitOptions options, ReceiveHook hook) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.RunFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in Directory.EnumerateDirectories(options.RunFolder, PushSessions.FolderPrefix + "*"))
            Directory.Delete(folder, recursive: true);
        if (Directory.Exists(options.RepositoriesFolder))
        {
            foreach (var draft in Directory.EnumerateDirectories(options.RepositoriesFolder, ".new-*"))
                Directory.Delete(draft, recursive: true);
            foreach (var repository in Directory.EnumerateDirectories(options.RepositoriesFolder, "*.git"))
                RemoveQuarantine(repository);
        }

        return hook.InstallAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void RemoveQuarantine(string repository)
    {
        foreach (var incoming in Directory.EnumerateDirectories(Path.Combine(repository, "objects"), "tmp_objdir-incoming-*"))
            Directory.Delete(incoming, recursive: true);
    }
}
