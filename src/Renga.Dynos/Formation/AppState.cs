using System.Collections.Immutable;
using Renga.Model.Dynos;

namespace Renga.Dynos.Formation;

/// <summary>Everything the loop knows of one app. Immutable: a step makes the next one.</summary>
internal sealed record AppState(Guid AppId)
{
    /// <summary>False until the desired state was read once: until then nothing is stopped.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Null when the app is gone.</summary>
    public DesiredApp? Desired { get; init; }

    /// <summary>By id, and so by age: ids sort by creation time.</summary>
    public ImmutableSortedDictionary<Guid, DynoRecord> Dynos { get; init; } = ImmutableSortedDictionary<Guid, DynoRecord>.Empty;

    /// <summary>By name of the slot.</summary>
    public ImmutableDictionary<string, SlotHistory> Histories { get; init; } = ImmutableDictionary<string, SlotHistory>.Empty;

    /// <summary>The app is gone and so are its dynos: the loop may forget it.</summary>
    public bool IsOver => IsKnown && Desired is null && Dynos.IsEmpty;

    /// <summary>The history of a slot under its present release.</summary>
    public SlotHistory HistoryOf(Slot slot) =>
        Histories.TryGetValue(slot.Name, out var history) && history.ReleaseId == slot.ReleaseId ? history : SlotHistory.Clean(slot.ReleaseId);
}
