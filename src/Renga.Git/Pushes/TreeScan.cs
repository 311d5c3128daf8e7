using System.Collections.Immutable;
using System.Text;
using Renga.Git.Commands;
using Renga.Git.Http;

namespace Renga.Git.Pushes;

/// <summary>Goes through the list of a commit's tree, however long it is, and keeps the other repositories that it names, up to <see cref="MaxKept"/>.</summary>
internal static class TreeScan
{
    public const int MaxKept = 1000;

    /// <summary>Folder and commit of each: entries of mode 160000.</summary>
    public static async Task<ImmutableDictionary<string, string>> GitlinksAsync(string repository, string commit, PushQuestion question, CancellationToken ct)
    {
        await using var records = new Records();
        var result = await GitPipe.RunAsync(GitCommands.ListTree(repository, commit, question.Quarantine), null, records, ct);
        return result.Succeeded ? records.Links.ToImmutable() : throw new InvalidOperationException($"git ls-tree ended with status {result.Status}: {result.Error}");
    }

    /// <summary>Takes in <c>mode type id TAB path NUL</c>, over and over.</summary>
    private sealed class Records : MemoryStream
    {
        public ImmutableDictionary<string, string>.Builder Links { get; } = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var rest = buffer.Span;
            for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
            {
                Write(rest[..end]);
                Keep();
                SetLength(0);
            }

            Write(rest);
            return ValueTask.CompletedTask;
        }

        private void Keep()
        {
            var record = GetBuffer().AsSpan(0, (int)Length);
            if (!record.StartsWith("160000 commit "u8) || Links.Count == MaxKept)
                return;
            var text = Encoding.UTF8.GetString(record["160000 commit ".Length..]);
            if (text.IndexOf('\t', StringComparison.Ordinal) is > 0 and var tab)
                Links[text[(tab + 1)..]] = text[..tab];
        }
    }
}
