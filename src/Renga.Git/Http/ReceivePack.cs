using Microsoft.AspNetCore.Http;
using Renga.Git.Commands;
using Renga.Git.Pushes;

namespace Renga.Git.Http;

/// <summary>Push.</summary>
internal static class ReceivePack
{
    public static async Task Handle(HttpContext context, string app, GitAccess access, PushSessions sessions)
    {
        if (!GitMessages.HasType(context, "application/x-git-receive-pack-request") || await access.AdmitAsync(context, app) is not { } grant)
            return;
        GitMessages.Begin(context, "application/x-git-receive-pack-result");
        await sessions.RunAsync(grant, GitMessages.Body(context), context.Response.Body, GitTransport.Requests, context.RequestAborted);
    }
}
