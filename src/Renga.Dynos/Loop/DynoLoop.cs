using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Renga.Dynos.Formation;
using Renga.Dynos.Running;
using Renga.Model;
using Renga.Model.Dynos;

namespace Renga.Dynos.Loop;

/// <summary>
/// The one loop. It owns what is known of every app; nothing else changes it. It reads one bounded channel, lets the decision core step, publishes, and hands
/// the actions to the executor; it does no I/O itself. After a restart of this process it starts from what the engine recovered.
/// </summary>
internal sealed class DynoLoop(
    LoopInbox inbox, DesiredReader reader, DynoExecutor executor, RouteTable routes, StackRoll stacks, Ids ids, DynosOptions options, TimeProvider time, ILogger<DynoLoop> logger) : IDisposable
{
    private const int InputsPerTurn = 256;

    private readonly Dictionary<Guid, AppEntry> _apps = [];
    private readonly ConcurrentDictionary<Guid, ImmutableArray<DynoInfo>> _lists = new();
    private readonly WakeList _wakes = new(time, inbox.Turn);
    private readonly List<(Guid AppId, DynoAction Action)> _actions = [];

    // Whoever asked hears only when everyone else can see it.
    private readonly List<Action> _answers = [];

    // A read that began before an app's end must not bring it back.
    private long _lastEnd;

    public ImmutableArray<DynoInfo> List(Guid appId) => _lists.TryGetValue(appId, out var list) ? list : [];

    /// <summary>The first turn, before the loop runs: what the engine had and what is wanted, in one go, so that the router never sees less than there is.</summary>
    public void Begin(IEnumerable<(Guid AppId, DynoFact Fact)> recovered, LoopInput.ReadAll desired)
    {
        foreach (var (appId, fact) in recovered)
            Step(appId, fact);
        Take(desired);
        MoveToNewStacks();
        Finish();
    }

    public async Task RunAsync(CancellationToken ct)
    {
        while (await inbox.Reader.WaitToReadAsync(ct))
        {
            // 1. What has come, in order.
            for (var taken = 0; taken < InputsPerTurn && inbox.Reader.TryRead(out var input); taken++)
                Take(input);

            // 2. What is due by the clock.
            _wakes.Fired();
            while (_wakes.TryTakeDue(time.GetUtcNow(), out var appId))
                Step(appId, null);

            // 3. Whose turn it is to move to a new version of its stack.
            MoveToNewStacks();

            // 4. What someone wants looked at: its desired state is read in the background.
            foreach (var appId in inbox.TakeLookAgain())
                reader.Read(appId);

            // 5. Tell the readers, then act, then answer: a dyno leaves the routes before it is drained.
            Finish();
        }
    }

    public void Dispose() => _wakes.Dispose();

    private void Finish()
    {
        routes.Publish();
        _wakes.Arm();
        foreach (var (appId, action) in _actions)
            executor.Start(appId, action);
        _actions.Clear();
        foreach (var answer in _answers)
            answer();
        _answers.Clear();
    }

    private void Take(LoopInput input)
    {
        switch (input)
        {
            case LoopInput.Happened happened:
                Step(happened.AppId, happened.Fact);
                if (happened.Fact is DynoFact.Launched launched)
                    stacks.Launched(launched.StackVersion);
                break;
            case LoopInput.ReadOne one:
                TakeDesired(one.Sequence, one.AppId, one.Desired);
                break;
            case LoopInput.ReadAll all:
                TakeAllDesired(all);
                break;
            case LoopInput.Asked asked:
                // By name: one that is being replaced is two dynos for us, but one for users.
                var count = Selection.Of(Entry(asked.AppId).State, asked.Selector).Select(static d => d.Name).Distinct().Count();
                Step(asked.AppId, asked.Fact);
                _answers.Add(() => asked.Answer.SetResult(count == 0 && asked.Selector.NameOrId is not null ? Refusal.NotFound("dyno") : count));
                break;
            case LoopInput.RunAsked run:
                var started = TakeRun(run.AppId, run.Dyno, run.AccountEmail);
                _answers.Add(() => run.Answer.SetResult(started));
                break;
            case LoopInput.Turn:
                break;
            default:
                throw new InvalidOperationException($"The loop cannot take {input}.");
        }
    }

    private void MoveToNewStacks()
    {
        if (stacks.Next(_apps.Values.Select(static e => e.State), id => _apps.GetValueOrDefault(id)?.State) is var (appId, version))
            Step(appId, new DynoFact.StackMoved(version));
    }

    private void TakeAllDesired(LoopInput.ReadAll all)
    {
        var gone = _apps.Keys.ToHashSet();
        foreach (var desired in all.Desired)
        {
            gone.Remove(desired.AppId);
            TakeDesired(all.Sequence, desired.AppId, desired);
        }

        foreach (var appId in gone)
            TakeDesired(all.Sequence, appId, null);
    }

    private void TakeDesired(long sequence, Guid appId, DesiredApp? desired)
    {
        var entry = Entry(appId);
        if (sequence < entry.Sequence)
        {
            // Older than what is known, or than the end of an app: only a newer look can tell.
            if (!entry.State.IsKnown)
                reader.Read(appId);
            return;
        }

        entry.Sequence = sequence;
        Step(appId, new DynoFact.DesiredRead(desired));
    }

    private Result<DynoInfo> TakeRun(Guid appId, DynoRecord dyno, string accountEmail)
    {
        var state = Entry(appId).State;
        if (state.Dynos.Values.Count(static d => d.OneOff is not null && d.IsAlive) >= options.MaxOneOffDynos)
            return Refusal.Conflict($"The app runs {options.MaxOneOffDynos} one-off dynos already, which is the limit. Stop one first.");
        var named = dyno with { Name = FreeName(state, dyno.Type) };
        Step(appId, new DynoFact.OneOffAsked(named, accountEmail));
        if (!state.IsKnown)
            reader.Read(appId);
        return DynoListing.Info(appId, named);
    }

    private static string FreeName(AppState state, string type)
    {
        while (true)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{type}.{RandomNumberGenerator.GetInt32(1000, 10_000)}");
            if (!state.Dynos.Values.Any(d => d.Name == name))
                return name;
        }
    }

    /// <summary>Lets the decision core step, and takes over what it says.</summary>
    private void Step(Guid appId, DynoFact? fact)
    {
        var entry = Entry(appId);
        try
        {
            var now = time.GetUtcNow();
            var outcome = Reconciler.Step(entry.State, fact, now, options, ids);
            entry.State = outcome.State;
            foreach (var action in outcome.Actions)
                _actions.Add((appId, action));
            _wakes.Set(appId, outcome.LookAgainAt);
            routes.Set(appId, WebRoute.Of(entry.State, now));
        }
        catch (Exception e)
        {
            // A bug in the core must not stop the other apps.
            DynosLog.StepFailed(logger, e, appId);
            return;
        }

        if (entry.State.IsOver)
        {
            _apps.Remove(appId);
            _lastEnd = Math.Max(_lastEnd, entry.Sequence);
            _lists.TryRemove(appId, out _);
        }
        else
        {
            _lists[appId] = DynoListing.Of(entry.State);
        }
    }

    private AppEntry Entry(Guid appId)
    {
        if (!_apps.TryGetValue(appId, out var entry))
            _apps[appId] = entry = new AppEntry(new AppState(appId)) { Sequence = _lastEnd };
        return entry;
    }

    private sealed class AppEntry(AppState state)
    {
        public AppState State { get; set; } = state;

        /// <summary>Of the last desired state that was taken.</summary>
        public long Sequence { get; set; }
    }
}
