using System.Collections.Immutable;
using System.Globalization;
using Renga.Dynos.Formation;
using Renga.Engines;
using Renga.Model.Dynos;

namespace Renga.Dynos.Running;

/// <summary>What the engine keeps for us about a dyno, so that the next life of this process knows it again.</summary>
internal static class DynoLabels
{
    private const string App = "app";
    private const string Name = "dyno";
    private const string Type = "type";
    private const string Command = "command";
    private const string Size = "size";
    private const string Release = "release";
    private const string Version = "version";
    private const string Kind = "kind";
    private const string Until = "until";
    private const string Formation = "formation";
    private const string Detached = "detached";
    private const string Attached = "attached";
    private const string Stack = "stack-version";

    public static ImmutableSortedDictionary<string, string> Of(Guid appId, DynoRecord dyno)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels[App] = appId.ToString("D");
        labels[Name] = dyno.Name;
        labels[Type] = dyno.Type;
        labels[Command] = dyno.Command;
        labels[Size] = dyno.Size;
        labels[Release] = dyno.ReleaseId.ToString("D");
        labels[Version] = dyno.ReleaseVersion.ToString(CultureInfo.InvariantCulture);
        labels[Kind] = dyno.OneOff is null ? Formation : dyno.OneOff.Interactive is null ? Detached : Attached;
        if (dyno.StackVersion is { } stack)
            labels[Stack] = stack;
        if (dyno.OneOff?.Until is { } until)
            labels[Until] = until.ToString("O", CultureInfo.InvariantCulture);
        return labels.ToImmutable();
    }

    /// <summary>The dyno as the loop should know it; null when it is none of the dyno manager's.</summary>
    public static (Guid AppId, DynoRecord Dyno)? Read(RecoveredDyno found)
    {
        var labels = found.Spec.Labels;
        if (!Guid.TryParse(labels.GetValueOrDefault(App), out var appId)
            || !Guid.TryParse(labels.GetValueOrDefault(Release), out var releaseId)
            || !int.TryParse(labels.GetValueOrDefault(Version), CultureInfo.InvariantCulture, out var version)
            || labels.GetValueOrDefault(Kind) is not (Formation or Detached or Attached)
            || !labels.TryGetValue(Name, out var name) || !labels.TryGetValue(Type, out var type)
            || !labels.TryGetValue(Command, out var command) || !labels.TryGetValue(Size, out var size))
        {
            return null;
        }

        DateTimeOffset? until = DateTimeOffset.TryParse(labels.GetValueOrDefault(Until), CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        return (appId, new DynoRecord
        {
            Id = found.Spec.Id,
            Name = name,
            Type = type,
            Command = command,
            Size = size,
            ReleaseId = releaseId,
            ReleaseVersion = version,
            CreatedAt = found.CreatedAt,
            StackVersion = labels.GetValueOrDefault(Stack, ""),
            OneOff = labels[Kind] == Formation ? null : new OneOffDetails { Until = until, Interactive = found.Spec.Interactive },
            Phase = DynoPhase.Running,
            State = DynoState.Up,
            StateSince = found.CreatedAt,
            UpSince = found.CreatedAt,
            Deadline = until,
            Endpoint = found.Created.Endpoint,
        });
    }
}
