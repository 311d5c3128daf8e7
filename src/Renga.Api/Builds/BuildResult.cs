using System.Text;
using Microsoft.AspNetCore.Http;
using Renga.Api.Conventions;
using Renga.Model.Builds;
using Renga.Protocol.Api;
using Renga.Storage;

namespace Renga.Api.Builds;

/// <summary>A build's output as lines, and how it ended, for clients from before there were streams.</summary>
internal static class BuildResult
{
    /// <summary>The last lines: each becomes an object, and a build may say millions. The stream has them all.</summary>
    private const int MaxLines = 10_000;

    public static async Task<ApiAnswer> HandleAsync(string build, HttpRequest request, AppScope scope, RengaDatabase database, IBuildOutputs outputs, SignedAddresses addresses, CancellationToken ct)
    {
        if (!(await BuildsApi.FindAsync(database, scope.App.Id, build, ct)).TryGet(out var row, out var refusal))
            return refusal;

        int? status = row.Build.Status switch { BuildStatus.Succeeded => 0, BuildStatus.Failed => 1, _ => null };
        return ApiAnswer.Ok(new BuildResultResponse(
            new BuildResultBuild(row.Id, BuildRow.Status(row.Build), BuildsApi.OutputAddress(addresses, request, row.Id)),
            status,
            [.. (await LinesAsync(outputs, scope.App.Id, row.Id, ct)).Select(static line => new BuildResultLine("STDOUT", line + "\n"))]));
    }

    private static async Task<IEnumerable<string>> LinesAsync(IBuildOutputs outputs, Guid appId, Guid buildId, CancellationToken ct)
    {
        // As far as it is now; the output's size is bounded by the compiler.
        using var text = new MemoryStream();
        await foreach (var piece in outputs.ReadAsync(appId, buildId, follow: false, ct))
            text.Write(piece.Span);
        text.Position = 0;
        using var reader = new StreamReader(text, Encoding.UTF8);
        var lines = new Queue<string>();
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            lines.Enqueue(line);
            if (lines.Count > MaxLines)
                lines.Dequeue();
        }

        return lines;
    }
}
