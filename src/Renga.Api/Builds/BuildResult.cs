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
    public static async Task<ApiAnswer> HandleAsync(string build, HttpRequest request, AppScope scope, RengaDatabase database, IBuildOutputs outputs, SignedAddresses addresses, CancellationToken ct)
    {
        if (!(await BuildsApi.FindAsync(database, scope.App.Id, build, ct)).TryGet(out var row, out var refusal))
            return refusal;

        // As far as it is now; the output's size is bounded by the compiler.
        using var text = new MemoryStream();
        await foreach (var piece in outputs.ReadAsync(scope.App.Id, row.Id, follow: false, ct))
            text.Write(piece.Span);
        var lines = Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).Split('\n');
        var shown = lines[^1].Length == 0 ? lines[..^1] : lines;
        int? status = row.Build.Status switch { BuildStatus.Succeeded => 0, BuildStatus.Failed => 1, _ => null };
        return ApiAnswer.Ok(new BuildResultResponse(
            new BuildResultBuild(row.Id, BuildRow.Status(row.Build), BuildsApi.OutputAddress(addresses, request, row.Id)),
            status,
            [.. shown.Select(static line => new BuildResultLine("STDOUT", line + "\n"))]));
    }
}
