using System.Collections.Immutable;
using System.Text;
using Renga.Engines;

namespace Renga.Conformance;

/// <summary>Shorthands of the suite.</summary>
public static class Dynos
{
    public static DynoLimits Limits { get; } = new(256L * 1024 * 1024, 1024, 128, 64L * 1024 * 1024);

    /// <summary>A dyno that runs a line of shell.</summary>
    public static DynoSpec Shell(string line) => new()
    {
        Id = Guid.CreateVersion7(),
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "conformance"),
        Hostname = "web-1",
        Arguments = ["/bin/sh", "-c", line],
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", "/usr/local/bin:/usr/bin:/bin"),
        Limits = Limits,
    };

    /// <summary>Creates, starts, waits, and collects everything it wrote.</summary>
    public static async Task<(DynoExit Exit, string Output)> RunAsync(this IDynoEngine engine, DynoSpec spec, CancellationToken ct)
    {
        await engine.CreateAsync(spec, ct);
        try
        {
            await engine.StartAsync(spec.Id, ct);
            var output = await engine.ReadAllAsync(spec.Id, ct);
            return (await engine.WaitAsync(spec.Id, ct), output);
        }
        finally
        {
            await engine.DestroyAsync(spec.Id, CancellationToken.None);
        }
    }

    public static async Task<string> ReadAllAsync(this IDynoEngine engine, Guid id, CancellationToken ct)
    {
        var all = new StringBuilder();
        await foreach (var piece in engine.ReadOutputAsync(id, 0, ct))
            Append(all, piece);
        return all.ToString();
    }

    /// <summary>Reads from a position until the text was seen; gives the position after it.</summary>
    public static async Task<(string Output, long Position)> ReadUntilAsync(this IDynoEngine engine, Guid id, long position, string text, CancellationToken ct)
    {
        var all = new StringBuilder();
        await foreach (var piece in engine.ReadOutputAsync(id, position, ct))
        {
            Append(all, piece);
            position = piece.Position;
            if (all.ToString().Contains(text, StringComparison.Ordinal))
                return (all.ToString(), position);
        }

        throw new InvalidOperationException($"The output ended without \"{text}\": {all}");
    }

    private static void Append(StringBuilder all, DynoOutput piece)
    {
        all.Append(Encoding.UTF8.GetString(piece.Bytes.Span));
        if (piece.EndsLine)
            all.Append('\n');
    }
}
