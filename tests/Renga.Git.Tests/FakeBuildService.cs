using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Text;
using Renga.Model;
using Renga.Model.Builds;

namespace Renga.Git.Tests;

/// <summary>Looks into the source it is given, says what a test wants, and ends as a test wants.</summary>
internal sealed class FakeBuildService : IBuildService
{
    private int _version = 2;

    /// <summary>What a build does; by default it succeeds.</summary>
    public Func<BuildRequest, IBuildOutput, CancellationToken, Task<Refusal?>> Behaviour { get; set; } = static async (_, output, _) =>
    {
        await output.WriteAsync("-----> Building on the host stack\n"u8.ToArray());
        return null;
    };

    public ConcurrentQueue<(BuildRequest Request, IReadOnlyDictionary<string, string> Files)> Builds { get; } = new();

    public async Task<Result<BuildReport>> BuildAsync(BuildRequest request, IBuildOutput output, CancellationToken ct)
    {
        Builds.Enqueue((request, await ReadAsync(((BuildSource.Archive)request.Source).Path, ct)));
        if (await Behaviour(request, output, ct) is { } refusal)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes($" !     {refusal.Message}\n"));
            return refusal;
        }

        return new BuildReport(Guid.CreateVersion7(), Guid.CreateVersion7(), Interlocked.Increment(ref _version));
    }

    public Task<Result<Build>> StartAsync(BuildRequest request, CancellationToken ct) => throw new NotSupportedException();

    public Task<Result<Build>> CancelAsync(Guid appId, Guid buildId, CancellationToken ct) => throw new NotSupportedException();

    private static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string archive, CancellationToken ct)
    {
        var files = new Dictionary<string, string>();
        await using var file = File.OpenRead(archive);
        await using var tar = new TarReader(file);
        while (await tar.GetNextEntryAsync(copyData: true, ct) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile && entry.DataStream is { } data)
                files[entry.Name] = await new StreamReader(data).ReadToEndAsync(ct);
            else if (entry.EntryType is TarEntryType.RegularFile)
                files[entry.Name] = "";
        }

        return files;
    }
}
