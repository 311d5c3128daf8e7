using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Renga.Engines;
using Renga.Engines.Runc;
using Renga.Processes;

namespace Renga.LoadTest;

/// <summary>
/// The platform's share of a dyno's start (file system, network, limits, supervisor, container), beside a bare <c>runc run</c> of the same program
/// without network, disk limit or supervisor. In turns.
/// </summary>
internal static class DynoStart
{
    private const int Count = 50;

    public static async Task<int> RunAsync(LoadOptions options, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("renga-bench-").FullName;
        var engine = new RuncEngine(new EnginesOptions { Folder = Path.Combine(folder, "dynos"), PlatformId = PlatformId.Of(folder) }, TimeProvider.System, NullLogger<RuncEngine>.Instance);
        try
        {
            await engine.RecoverAsync(ct);
            var image = await MakeSlugAsync(folder, ct);
            var bundle = await MakeBundleAsync(folder, ct);
            var (create, start, both, destroy, bare) = (new Durations(), new Durations(), new Durations(), new Durations(), new Durations());
            for (var i = 0; i < Count * options.Rounds; i++)
            {
                await MeasureAsync(engine, image, create, start, both, destroy, ct);
                var begin = TimeProvider.System.GetTimestamp();
                await ProcessRunner.RunCheckedAsync(Command.Of("runc", "run", "--bundle", bundle, $"bench-{i}"), ct);
                bare.Since(begin);
            }

            Console.WriteLine("| ms | p50 | p90 | max |\n|---|---|---|---|");
            Console.WriteLine(both.Row("dyno: asked for, to running with its network"));
            Console.WriteLine(create.Row("... of that, create"));
            Console.WriteLine(start.Row("... of that, start"));
            Console.WriteLine(destroy.Row("dyno: removed without a trace"));
            Console.WriteLine(bare.Row("bare `runc run`, to its end"));
            return 0;
        }
        finally
        {
            await engine.TearDownAsync(CancellationToken.None);
            await engine.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(RuncEngine engine, string image, Durations create, Durations start, Durations both, Durations destroy, CancellationToken ct)
    {
        var spec = new DynoSpec
        {
            Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
            Labels = ImmutableSortedDictionary<string, string>.Empty,
            Hostname = "web.1",
            Arguments = ["/bin/true"],
            Environment = ImmutableSortedDictionary<string, string>.Empty,
            SlugImage = image,
            ListensOnPort = true,
            Limits = new DynoLimits(512L << 20, 1024, 256, 2L << 30),
        };
        var begin = TimeProvider.System.GetTimestamp();
        await engine.CreateAsync(spec, ct);
        create.Since(begin);
        var created = TimeProvider.System.GetTimestamp();
        await engine.StartAsync(spec.Id, ct);
        start.Since(created);
        both.Since(begin);
        await engine.WaitAsync(spec.Id, ct);
        var ended = TimeProvider.System.GetTimestamp();
        await engine.DestroyAsync(spec.Id, ct);
        destroy.Since(ended);
    }

    private static async Task<string> MakeSlugAsync(string folder, CancellationToken ct)
    {
        var source = Directory.CreateDirectory(Path.Combine(folder, "source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "server.js"), "", ct);
        var image = Path.Combine(folder, "slug.squashfs");
        await ProcessRunner.RunCheckedAsync(Command.Of("mksquashfs", source, image, "-quiet", "-no-progress", "-force-uid", $"{CanonicalOwner.Id}", "-force-gid", $"{CanonicalOwner.Id}"), ct);
        return image;
    }

    private static async Task<string> MakeBundleAsync(string folder, CancellationToken ct)
    {
        var bundle = Directory.CreateDirectory(Path.Combine(folder, "bundle")).FullName;
        await ProcessRunner.RunCheckedAsync(Command.Of("runc", "spec", "--bundle", bundle), ct);
        var file = Path.Combine(bundle, "config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!;
        config["root"] = new JsonObject { ["path"] = MakeRoot(folder), ["readonly"] = true };
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("/bin/true");
        config["mounts"]!.AsArray().Add(new JsonObject { ["destination"] = "/usr", ["type"] = "bind", ["source"] = "/usr", ["options"] = new JsonArray("rbind", "ro") });
        // Machines without CAP_SYS_RESOURCE may not raise a limit.
        config["process"]!.AsObject().Remove("rlimits");
        await File.WriteAllTextAsync(file, config.ToJsonString(), ct);
        return bundle;
    }

    /// <summary>The machine's own programs, as the host stack has them.</summary>
    private static string MakeRoot(string folder)
    {
        var root = Path.Combine(folder, "root");
        foreach (var name in new[] { "usr", "proc", "dev", "sys" })
            Directory.CreateDirectory(Path.Combine(root, name));
        foreach (var name in new[] { "bin", "lib", "lib64" })
            File.CreateSymbolicLink(Path.Combine(root, name), "usr/" + name);
        return root;
    }
}
