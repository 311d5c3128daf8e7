using System.Globalization;
using System.Text;
using Renga.Dynos.Formation;
using Renga.Engines;
using Renga.Model;
using Renga.Model.Config;
using Renga.Model.Dynos;
using Renga.Model.Formation;

namespace Renga.Dynos.OneOff;

/// <summary>Makes a one-off dyno of a request, or says what is wrong with it. Its name is chosen later, by the loop.</summary>
internal sealed class OneOffFactory(IDesiredState desired, AttachedSessions sessions, Ids ids, DynosOptions options, TimeProvider time)
{
    private const int MaxTerminalSide = 1000;

    public async Task<Result<DynoRecord>> MakeAsync(OneOffRequest request, CancellationToken ct)
    {
        // 1. What to run it from.
        var app = await desired.ReadAsync(request.AppId, ct);
        if (app is null)
            return Refusal.NotFound("app");
        if (app.Slug is null)
            return Refusal.Invalid($"{app.Name} has no code yet. Deploy it first, for example with git push.");

        // 2. What is asked.
        if (!DynoSize.Parse(request.Size ?? DynoSize.Default.Name).TryGet(out var size, out var refusal))
            return refusal;
        if (Check(request) is { } problem)
            return problem;
        var now = time.GetUtcNow();
        var id = ids.New();
        var interactive = request.Attach ? new InteractiveMode(!request.ForceNoTty, Side(request, "COLUMNS", 80), Side(request, "LINES", 24)) : null;

        // 3. The dyno.
        return new DynoRecord
        {
            Id = id,
            Name = "",
            Type = request.Type ?? ProcessType.Run,
            Command = ReplaceProcessType(request.Command, app.Slug),
            Size = size.Name,
            ReleaseId = app.ReleaseId,
            ReleaseVersion = app.ReleaseVersion,
            CreatedAt = now,
            Phase = DynoPhase.AwaitingClient,
            State = DynoState.Starting,
            StateSince = now,
            OneOff = new OneOffDetails
            {
                App = app,
                Environment = request.Environment,
                Interactive = interactive,
                AttachUrl = interactive is null ? null : sessions.Open(request.AppId, id, interactive.Terminal),
                Until = now + Min(request.TimeToLive ?? options.OneOffTimeToLive, options.OneOffTimeToLive),
            },
        };
    }

    /// <summary>The request came to nothing.</summary>
    public void Forget(Guid dynoId) => sessions.Withdraw(dynoId);

    /// <summary>A process type as first word means its command: <c>rake db:migrate</c> stays, <c>console --sandbox</c> becomes what the Procfile says, then <c> --sandbox</c>.</summary>
    internal static string ReplaceProcessType(string command, DesiredSlug slug)
    {
        var trimmed = command.TrimStart();
        var end = trimmed.IndexOf(' ', StringComparison.Ordinal);
        var first = end < 0 ? trimmed : trimmed[..end];
        return slug.ProcessTypes.TryGetValue(first, out var replacement) ? replacement + (end < 0 ? "" : trimmed[end..]) : command;
    }

    private Refusal? Check(OneOffRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Command))
            return Refusal.Invalid("Command can't be blank.");
        if (request.Command.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(request.Command) > options.MaxCommandBytes)
            return Refusal.Invalid($"Command must be at most {options.MaxCommandBytes} bytes, without NUL characters.");
        if (request.Type is not null && !ProcessType.IsValid(request.Type))
            return Refusal.Invalid($"\"{request.Type}\" is no process type: letters, digits, - and _ only.");
        if (request.TimeToLive <= TimeSpan.Zero)
            return Refusal.Invalid("Time to live must be more than zero seconds.");
        foreach (var (name, value) in request.Environment)
        {
            if (!ConfigVars.IsValidName(name) || value.Contains('\0', StringComparison.Ordinal))
                return Refusal.Invalid($"\"{name}\" cannot be set in the environment of a dyno.");
        }

        return ConfigVars.TotalBytes(request.Environment) > ConfigVars.MaxTotalBytes
            ? Refusal.Invalid($"The environment given takes more than {ConfigVars.MaxTotalBytes} bytes.")
            : null;
    }

    private static int Side(OneOffRequest request, string name, int otherwise) =>
        int.TryParse(request.Environment.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var side) && side is > 0 and <= MaxTerminalSide ? side : otherwise;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
