using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renga.Api.Conventions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Logs;
using Renga.Protocol.Api;

namespace Renga.Api.Logs;

internal static class LogSessionsApi
{
    private const int DefaultLines = 100;
    private const int MaxLines = 1500;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/apps/{app}/log-sessions", Create).Needs(AppAction.View);

    /// <summary>The answer's URL is absolute, on the address by which the client reached us.</summary>
    private static ApiAnswer Create(Body<CreateLogSessionRequest> body, HttpRequest request, AppScope scope, ILogSessions sessions, Ids ids, TimeProvider time)
    {
        if (!Lines(body.Value.Lines).TryGet(out var lines, out var refusal))
            return refusal;
        var path = sessions.Open(new LogQuery
        {
            AppId = scope.App.Id,
            Lines = lines,
            Tail = body.Value.Tail ?? false,
            Source = Given(body.Value.Source),
            Process = Given(body.Value.Dyno) ?? Given(body.Value.Type),
        });
        var now = time.GetUtcNow();
        return ApiAnswer.Created(new LogSessionResponse(now, ids.New(), $"{request.Scheme}://{request.Host}{path}", now));
    }

    private static Result<int> Lines(JsonElement? given)
    {
        if (given is not { ValueKind: not JsonValueKind.Null } value)
            return DefaultLines;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var lines)
            ? Math.Min(lines, MaxLines)
            : Refusal.Invalid($"Lines must be a number from 0 to {MaxLines}.");
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
