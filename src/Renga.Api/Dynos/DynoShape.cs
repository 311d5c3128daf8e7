using Renga.Api.Apps;
using Renga.Model.Apps;
using Renga.Model.Dynos;
using Renga.Protocol.Api;

namespace Renga.Api.Dynos;

internal static class DynoShape
{
    public static DynoResponse Of(App app, DynoInfo dyno) => new()
    {
        App = AppShape.Reference(app),
        Id = dyno.Id,
        Name = dyno.Name,
        Type = dyno.Type,
        Command = dyno.Command,
        Size = dyno.Size,
        State = State(dyno.State),
        AttachUrl = dyno.AttachUrl,
        Release = new DynoRelease(dyno.ReleaseId, dyno.ReleaseVersion),
        CreatedAt = dyno.CreatedAt,
        UpdatedAt = dyno.UpdatedAt,
    };

    /// <summary>The API has five words. A dyno on its way out, or done, is down as far as its user is concerned.</summary>
    private static string State(DynoState state) => state switch
    {
        DynoState.Stopping or DynoState.Complete => DynoState.Down.Word(),
        _ => state.Word(),
    };
}
