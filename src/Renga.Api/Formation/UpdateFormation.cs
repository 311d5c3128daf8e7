using System.Collections.Immutable;
using System.Text.Json;
using Renga.Api.Apps;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Formation;
using Renga.Protocol.Api;
using Renga.Storage.Formation;

namespace Renga.Api.Formation;

internal static class UpdateFormation
{
    public static async Task<ApiAnswer> HandleAsync(Body<UpdateFormationRequest> body, AppScope scope, FormationStore formation, AppNews news, CancellationToken ct)
    {
        if (body.Value.Updates is not { Count: > 0 } updates)
            return Refusal.Invalid("Send \"updates\", a list of {\"type\", \"quantity\", \"size\"}.");
        if (!(await ApplyAsync(updates, scope, formation, news, ct)).TryGet(out var rows, out var refusal))
            return refusal;
        return ApiAnswer.Ok(rows.Select(row => FormationShape.Of(scope.App, row)).ToArray());
    }

    public static async Task<ApiAnswer> HandleOneAsync(string type, Body<FormationUpdate> body, AppScope scope, FormationStore formation, AppNews news, CancellationToken ct)
    {
        var named = (await formation.ListAsync(scope.App.Id, ct)).FirstOrDefault(row => FormationShape.IsMeant(row, type))?.Entry.Type ?? type;
        if (!(await ApplyAsync([body.Value with { Type = named }], scope, formation, news, ct)).TryGet(out var rows, out var refusal))
            return refusal;
        return ApiAnswer.Ok(FormationShape.Of(scope.App, rows.Single(row => row.Entry.Type == named)));
    }

    private static async Task<Result<ImmutableArray<FormationRow>>> ApplyAsync(
        IReadOnlyList<FormationUpdate> updates, AppScope scope, FormationStore formation, AppNews news, CancellationToken ct)
    {
        // 1. Every problem of the request in one message.
        var parsed = updates.Select(Parse).ToList();
        var problems = parsed.Where(static p => p.Refusal is not null).Select(static p => p.Refusal!.Message).Distinct().ToList();
        if (problems.Count > 0)
            return Refusal.Invalid(string.Join(' ', problems));

        // 2. All changes or none.
        if (!(await formation.UpdateAsync(scope.App.Id, [.. parsed.Select(static p => p.Value)], ct)).TryGet(out var rows, out var refusal))
            return refusal;

        // 3. Tell.
        var changed = rows.Where(row => updates.Any(u => u.Type == row.Entry.Type)).Select(static row => $"{row.Entry.Type}@{row.Entry.Quantity}:{row.Entry.Size}");
        news.Tell(scope.App.Id, $"Scaled to {string.Join(' ', changed)}", scope.Caller.Email);
        return rows;
    }

    private static Result<FormationChange> Parse(FormationUpdate update)
    {
        if (!ProcessType.IsValid(update.Type))
            return Refusal.Invalid("Each update needs a \"type\", the name of a process type.");
        QuantityChange? quantity = null;
        if (update.Quantity is { ValueKind: not JsonValueKind.Null } given)
        {
            if (!QuantityChange.Parse(given.ValueKind == JsonValueKind.String ? given.GetString()! : given.GetRawText()).TryGet(out var parsed, out var refusal))
                return refusal;
            quantity = parsed;
        }

        DynoSize? size = null;
        if (SizeName(update) is { } name)
        {
            if (!DynoSizes.Find(name).TryGet(out size, out var refusal))
                return refusal;
        }

        return new FormationChange(update.Type!, quantity, size);
    }

    /// <summary>The official CLI sends <c>size</c>; the schema has <c>dyno_size</c>, a name, an id, or an object with either.</summary>
    private static string? SizeName(FormationUpdate update) => update.Size ?? update.DynoSize switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } o when o.TryGetProperty("name", out var name) => name.ToString(),
        { ValueKind: JsonValueKind.Object } o when o.TryGetProperty("id", out var id) => id.ToString(),
        { ValueKind: JsonValueKind.Null } or null => null,
        { } other => other.GetRawText(),
    };
}
