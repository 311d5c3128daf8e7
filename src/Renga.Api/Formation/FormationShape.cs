using Renga.Api.Apps;
using Renga.Model.Apps;
using Renga.Protocol.Api;
using Renga.Storage.Formation;

namespace Renga.Api.Formation;

internal static class FormationShape
{
    public static FormationResponse Of(App app, FormationRow row) => new()
    {
        App = AppShape.Reference(app),
        Id = row.Entry.Id,
        Type = row.Entry.Type,
        Command = row.Command,
        Quantity = row.Entry.Quantity,
        Size = row.Entry.Size,
        DynoSize = new NamedReference(DynoSizes.Id(row.Entry.Size), row.Entry.Size),
        CreatedAt = row.Entry.CreatedAt,
        UpdatedAt = row.Entry.UpdatedAt,
    };

    /// <summary>By type or by id.</summary>
    public static bool IsMeant(FormationRow row, string typeOrId) => row.Entry.Type == typeOrId || (Guid.TryParse(typeOrId, out var id) && row.Entry.Id == id);
}
