using System.Collections.Immutable;
using Renga.Model.Dynos;
using Renga.Model.Formation;

namespace Renga.Dynos.Formation;

/// <summary>How a place of the formation gets the dyno it wants: start-first for web dynos, stop-first for all others.</summary>
internal sealed partial class Reconciler
{
    private void TendSlots(ImmutableArray<Slot> slots)
    {
        foreach (var type in slots.GroupBy(static s => s.Type, StringComparer.Ordinal))
        {
            var all = type.ToImmutableArray();
            var free = Math.Max(1, (int)Math.Ceiling(all.Length * _options.ReplacementShare)) - all.Count(IsInTransition);
            foreach (var slot in all)
                TendSlot(slot, ref free);
        }
    }

    /// <summary>
    /// Its dyno is on its way in or out, or an old one serves because the new one did not come up. Such places take from the budget: that bounds how many are
    /// replaced at one time, and stops the roll of a bad release.
    /// </summary>
    private bool IsInTransition(Slot slot)
    {
        var candidates = Candidates(slot);
        if (candidates.Any(slot.Fits))
            return !candidates.Any(d => slot.Fits(d) && d.Phase == DynoPhase.Running);
        return candidates.Any(static d => d.Phase == DynoPhase.Running)
            ? _state.HistoryOf(slot).NextStartAt > _now
            : Alive(slot).Any();
    }

    private void TendSlot(Slot slot, ref int free)
    {
        // 1. Of those that fit, the furthest and then the oldest stays; two under one name never do.
        var fitting = Candidates(slot).Where(slot.Fits).OrderByDescending(static d => d.Phase).ThenBy(static d => d.CreatedAt).ThenBy(static d => d.Id).ToList();
        var current = fitting.FirstOrDefault();
        foreach (var twin in fitting.Skip(1))
            Retire(twin, tellState: false);

        // 2. What does not fit leaves: at once when it does not serve, or when its replacement does.
        DynoRecord? serving = null;
        foreach (var old in Candidates(slot).Where(d => !slot.Fits(d)).OrderByDescending(static d => d.Phase).ThenByDescending(static d => d.CreatedAt))
        {
            if (old.Phase == DynoPhase.Running && current?.Phase != DynoPhase.Running && serving is null)
                serving = old;
            else
                Retire(old, tellState: false);
        }

        if (current is not null)
            return;

        // 3. After a crash the next start has its time; a dyno that is being killed has yet to crash.
        var history = _state.HistoryOf(slot);
        if (history.NextStartAt > _now || Alive(slot).Any(static d => d is { IsAlive: true, Leaving: false, IsCandidate: false }))
            return;

        // 4. Side by side with the old one, or after it.
        var overlaps = slot.Type == ProcessType.Web && !_options.StopFirst && !history.NoRoomForTwo;
        if (serving is not null)
        {
            if (free < 1)
                return;
            free--;
            Say(serving, serving.Cycling ? DynoErrors.Cycling : DynoErrors.Restarting);
            if (!overlaps)
                Retire(serving, tellState: false);
        }

        if (Alive(slot).Any(d => !overlaps || d.Stopped))
            return;

        // 5. Start.
        Launch(Make(slot), _state.Desired!);
    }

    private IEnumerable<DynoRecord> Alive(Slot slot) => _state.Dynos.Values.Where(d => d.Name == slot.Name && d is { OneOff: null, MayRun: true });

    private List<DynoRecord> Candidates(Slot slot) => [.. _state.Dynos.Values.Where(d => d.IsCandidate && d.Name == slot.Name)];

    private DynoRecord Make(Slot slot)
    {
        if (_state.Dynos.Values.Any(d => d.Name == slot.Name && d.State == DynoState.Crashed && slot.Fits(d)))
            Do(new DynoAction.Say(slot.Name, $"State changed from {DynoState.Crashed.Word()} to {DynoState.Starting.Word()}"));
        return new DynoRecord
        {
            Id = _ids.New(),
            Name = slot.Name,
            Type = slot.Type,
            Command = slot.Command,
            Size = slot.Size,
            ReleaseId = slot.ReleaseId,
            ReleaseVersion = slot.ReleaseVersion,
            CreatedAt = _now,
            Phase = DynoPhase.Launching,
            State = DynoState.Starting,
            StateSince = _now,
        };
    }

    private void Launch(DynoRecord dyno, DesiredApp app)
    {
        Say(dyno, DynoErrors.Starting(dyno.Command));
        var launching = Put(dyno with { Phase = DynoPhase.Launching, Deadline = null });
        Do(new DynoAction.Launch(launching, app));
    }
}
