using Renga.Engines;
using Renga.Model;
using Renga.Server.Configuration;

namespace Renga.Server;

/// <summary>Which driver runs dynos: what was asked for, or with <c>auto</c> runc where the machine allows it.</summary>
internal static class EngineChoice
{
    public static Result<bool> Add(IServiceCollection services, ServerOptions options, PlatformFolder folder)
    {
        services.AddRengaEngines(Options(options, folder));
        return true;
    }

    public static EnginesOptions Options(ServerOptions options, PlatformFolder folder) => new()
    {
        Folder = folder.Dynos,
        PlatformId = folder.PlatformId,
        AllowedHostPorts = [options.RouterPort],
    };
}
