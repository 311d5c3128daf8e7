using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Renga.Git.Http;

/// <summary>The three addresses of git's smart HTTP protocol.</summary>
internal static class GitEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{app}.git/info/refs", static (HttpContext context, string app, string? service, GitAccess access) => InfoRefs.Handle(context, app, service, access));
        routes.MapPost("/{app}.git/git-upload-pack", static (HttpContext context, string app, GitAccess access) => UploadPack.Handle(context, app, access));
        routes.MapPost("/{app}.git/git-receive-pack", ReceivePack.Handle);
    }
}
