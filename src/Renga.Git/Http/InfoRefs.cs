using System.Text;
using Microsoft.AspNetCore.Http;
using Renga.Git.Commands;

namespace Renga.Git.Http;

/// <summary>Says which refs there are: how every clone, fetch and push begins.</summary>
internal static class InfoRefs
{
    public static async Task Handle(HttpContext context, string app, string? service, GitAccess access)
    {
        if (service is not ("git-upload-pack" or "git-receive-pack"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("Please upgrade your git client: only the smart HTTP protocol is served here.\n", context.RequestAborted);
            return;
        }

        if (await access.AdmitAsync(context, app) is not { } grant)
            return;

        // A push has no version 2; for it the newer announcement is ignored, as git's own server does.
        var protocol = service == "git-upload-pack" ? GitMessages.Protocol(context) : null;
        GitMessages.Begin(context, $"application/x-{service}-advertisement");
        if (protocol != "version=2")
            await context.Response.Body.WriteAsync(Announce(service), context.RequestAborted);
        await GitPipe.RunAsync(GitCommands.Advertise(service[4..], grant.Repository, protocol), null, context.Response.Body, context.RequestAborted);
    }

    private static byte[] Announce(string service)
    {
        var line = $"# service={service}\n";
        return Encoding.ASCII.GetBytes($"{line.Length + 4:x4}{line}0000");
    }
}
