using System.Collections.Immutable;
using Renga.Model.Config;
using Renga.Model.Dynos;

namespace Renga.Dynos.Tests;

/// <summary>Desired states for tests.</summary>
internal static class Make
{
    public static Guid Guid(int number) => new(number, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);

    /// <summary>An app whose release id follows from its version.</summary>
    public static DesiredApp App(int version = 1, int number = 1, int web = 1, int worker = 0, string size = "Basic") => new()
    {
        AppId = Guid(number),
        Name = $"app-{number}",
        ReleaseId = Guid((number * 100_000) + version),
        ReleaseVersion = version,
        ReleaseCreatedAt = DateTimeOffset.UnixEpoch,
        Slug = new DesiredSlug(Guid(7), "5106", "c0ffee", Types("web", "node server.js", "worker", "node worker.js", "console", "node repl.js")),
        Config = ConfigVars.Empty,
        Formation = [new DesiredProcess("web", "node server.js", web, size), new DesiredProcess("worker", "node worker.js", worker, size)],
        Hosts = [$"app-{number}.localhost"],
        Maintenance = false,
        Stack = "host",
        BuildStack = "host",
    };

    public static ImmutableSortedDictionary<string, string> Types(params string[] pairs) =>
        pairs.Chunk(2).ToImmutableSortedDictionary(static p => p[0], static p => p[1], StringComparer.Ordinal);
}
