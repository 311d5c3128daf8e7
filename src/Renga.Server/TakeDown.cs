using Renga.Server.Configuration;

namespace Renga.Server;

/// <summary><c>--stop-all</c>: takes everything of a platform down. Its data stays.</summary>
internal static class TakeDown
{
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken ct)
    {
        var folder = new PlatformFolder(options.DataFolder);
        await Task.CompletedTask;
        return 0;
    }
}
