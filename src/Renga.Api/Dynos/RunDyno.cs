using System.Collections.Immutable;
using System.Text.Json;
using Renga.Api.Conventions;
using Renga.Api.Formation;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Formation;
using Renga.Protocol.Api;
using ConfigRules = Renga.Model.Config.ConfigVars;

namespace Renga.Api.Dynos;

/// <summary>POST /apps/{app}/dynos: a one-off dyno. It answers as soon as the dyno is on its way.</summary>
internal static class RunDyno
{
    private const int MaxCommand = 8192;
    private static readonly TimeSpan MaxLife = TimeSpan.FromHours(24);

    public static async Task<ApiAnswer> HandleAsync(Body<CreateDynoRequest> body, AppScope scope, IDynoManager dynos, CancellationToken ct)
    {
        if (!Parse(body.Value, scope).TryGet(out var request, out var refusal) || !(await dynos.RunAsync(request, ct)).TryGet(out var dyno, out refusal))
            return refusal;
        return ApiAnswer.Created(DynoShape.Of(scope.App, dyno));
    }

    /// <summary>The request, or all that is wrong with it.</summary>
    private static Result<OneOffRequest> Parse(CreateDynoRequest body, AppScope scope)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(body.Command))
            problems.Add("Command can't be blank.");
        else if (body.Command.Length > MaxCommand || body.Command.Contains('\0', StringComparison.Ordinal))
            problems.Add($"Command is too long (maximum is {MaxCommand} characters) or holds a NUL character.");
        if (body.Type is { } type && !ProcessType.IsValid(type))
            problems.Add($"Type \"{type}\" is not a name of a process type.");
        if (body.TimeToLive is { } seconds && (seconds < 1 || seconds > MaxLife.TotalSeconds))
            problems.Add($"Time to live must be from 1 to {(int)MaxLife.TotalSeconds} seconds.");
        string? size = null;
        if (body.Size is { } wanted)
        {
            if (DynoSizes.Find(wanted).TryGet(out var found, out var unknown))
                size = found.Name;
            else
                problems.Add(unknown.Message);
        }

        var environment = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in body.Env ?? [])
        {
            if (!ConfigRules.IsValidName(name) || Text(value) is not { } text)
                problems.Add($"Environment variable \"{name}\" must have a sound name and a string or number as its value.");
            else
                environment[name] = text;
        }

        if (problems.Count > 0)
            return Refusal.Invalid(string.Join(' ', problems));
        return new OneOffRequest
        {
            AppId = scope.App.Id,
            Command = body.Command!,
            AccountEmail = scope.Caller.Email,
            Attach = body.Attach ?? false,
            ForceNoTty = body.ForceNoTty ?? false,
            Environment = environment.ToImmutable(),
            Size = size,
            Type = body.Type,
            TimeToLive = body.TimeToLive is { } ttl ? TimeSpan.FromSeconds(ttl) : null,
        };
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when !value.GetString()!.Contains('\0', StringComparison.Ordinal) => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
