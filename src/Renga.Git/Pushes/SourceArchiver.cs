using System.Globalization;
using Renga.Git.Commands;
using Renga.Git.Http;
using Renga.Model;

namespace Renga.Git.Pushes;

/// <summary>Writes the tree of a pushed commit to a tar file, reading objects that are still in quarantine.</summary>
internal sealed class SourceArchiver(GitOptions options)
{
    public async Task<Result<string>> WriteAsync(string repository, string commit, PushQuestion question, string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, "source.tar");
        try
        {
            await using var file = File.Create(path);
            // A build dyno reads it as another user; the folder around it is closed.
            File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            await using var limited = new LimitedStream(file, options.MaxSourceBytes);
            var result = await GitPipe.RunAsync(GitCommands.Archive(repository, commit, question.Quarantine), null, limited, ct);
            return result.Succeeded ? path : Refusal.Invalid($"The source of {commit} could not be read: {result.Error}");
        }
        catch (LimitedStream.FullException)
        {
            var limit = (options.MaxSourceBytes / (1024 * 1024)).ToString(CultureInfo.InvariantCulture);
            return Refusal.Invalid($"The source is larger than {limit} MB when checked out. Remove large files from the repository, or add what is not needed to .gitignore.");
        }
    }
}
