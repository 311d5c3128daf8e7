using Renga.Engines;
using Renga.Server.Configuration;

namespace Renga.Server;

/// <summary><c>--stop-all</c>: takes everything of a platform off the machine. Its data stays.</summary>
internal static class TakeDown
{
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken ct)
    {
        var folder = new PlatformFolder(options.DataFolder);
        using var claim = ProcessClaim.Take(folder, "rengad");
        if (claim is null)
        {
            Console.Error.WriteLine($" !    rengad is running with {folder.Root}; stop it first (./start --stop-all does).");
            return 1;
        }

        // Both engines, since an earlier start may have used the other one.
        foreach (var kind in Kinds())
        {
            var services = new ServiceCollection();
            services.AddLogging(static logging => logging.AddSimpleConsole(static c => c.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
            services.AddSingleton(TimeProvider.System);
            services.AddRengaEngines(new EnginesOptions { Kind = kind, Folder = folder.Dynos, PlatformId = folder.PlatformId });
            await using var provider = services.BuildServiceProvider();
            await provider.GetRequiredService<IEngineTearDown>().TearDownAsync(ct);
        }

        File.Delete(folder.RouterSocket);
        File.Delete(folder.LogSocket);
        File.Delete(folder.Routes);
        Console.WriteLine($"-----> Everything of the platform in {folder.Root} is down. Its data stays.");
        return 0;
    }

    private static IEnumerable<EngineKind> Kinds() => Environment.IsPrivilegedProcess ? [EngineKind.Process, EngineKind.Runc] : [EngineKind.Process];
}
