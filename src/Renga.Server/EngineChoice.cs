using Renga.Engines;
using Renga.Model;
using Renga.Server.Configuration;

namespace Renga.Server;

/// <summary>Which driver runs dynos: what was asked for, or with <c>auto</c> runc where the machine allows it.</summary>
internal static class EngineChoice
{
    private const string Warning = "Dynos are NOT ISOLATED: the process engine runs them as plain processes that see each other and this machine. Use it only to try Renga.";

    /// <summary>The engine's options, and what the operator must be told loudly, if anything; or why there is none.</summary>
    public static async Task<Result<(EnginesOptions Options, string? Warning)>> DecideAsync(ServerOptions options, PlatformFolder folder, CancellationToken ct)
    {
        var engine = new EnginesOptions
        {
            Folder = folder.Dynos,
            PlatformId = folder.PlatformId,
            AllowedHostPorts = [options.RouterPort],
        };

        // 1. runc, unless process was asked for.
        if (options.Engine != "process")
        {
            var problems = await EngineProbe.RuncAsync(ct);
            if (problems.Count == 0)
                return (engine, null);
            if (options.Engine == "runc")
                return Refusal.Unavailable($"--engine runc cannot work here. {string.Join(' ', problems)}");
            return Process(engine, $"{Warning} {string.Join(' ', problems)}");
        }

        // 2. process, asked for by name.
        return Process(engine, Warning);
    }

    private static Result<(EnginesOptions, string?)> Process(EnginesOptions engine, string warning)
    {
        var problems = EngineProbe.Process();
        if (problems.Count > 0)
            return Refusal.Unavailable($"The process engine cannot work here. {string.Join(' ', problems)}");
        engine.Kind = EngineKind.Process;
        return (engine, warning);
    }
}
