using Microsoft.AspNetCore.Http;
using Renga.Git.Commands;

namespace Renga.Git.Http;

/// <summary>Clone and fetch.</summary>
internal static class UploadPack
{
    public static async Task Handle(HttpContext context, string app, GitAccess access)
    {
        if (!GitMessages.HasType(context, "application/x-git-upload-pack-request") || await access.AdmitAsync(context, app) is not { } grant)
            return;
        GitMessages.Begin(context, "application/x-git-upload-pack-result");
        var command = GitCommands.UploadPack(grant.Repository, GitMessages.Protocol(context), GitTransport.Requests);
        await GitPipe.RunAsync(command, GitMessages.Body(context), context.Response.Body, context.RequestAborted);
    }
}
