using System.Net;
using Renga.Dynos.Formation;
using Renga.Model;
using Renga.Model.Dynos;
using Renga.Model.Routing;
using Renga.Testing;

namespace Renga.Dynos.Tests.Formation;

/// <summary>Plays facts against the decision core and keeps what it says.</summary>
internal sealed class CoreScript
{
    private readonly Ids _ids;
    private int _port = 5000;

    public CoreScript(DynosOptions? options = null)
    {
        Options = options ?? new DynosOptions();
        _ids = new Ids(Time);
    }

    public ManualTimeProvider Time { get; } = new();

    public DynosOptions Options { get; }

    /// <summary>What dynos are launched on.</summary>
    public string StackVersion { get; set; } = "";

    public AppState State { get; private set; } = new(Make.Guid(1));

    /// <summary>Everything since <see cref="Forget"/>.</summary>
    public List<DynoAction> Actions { get; } = [];

    public DateTimeOffset? LookAgainAt { get; private set; }

    public IEnumerable<string> Lines => Actions.OfType<DynoAction.Say>().Select(static s => $"{s.Process}: {s.Text}");

    public IEnumerable<string> Launches => Actions.OfType<DynoAction.Launch>().Select(static l => l.Dyno.Name);

    public AppRoute Route => WebRoute.Of(State, Time.GetUtcNow()).ShouldNotBeNull();

    public CoreScript Step(DynoFact? fact = null)
    {
        Time.Advance(TimeSpan.FromTicks(1)); // no two things happen at the same moment
        var outcome = Reconciler.Step(State, fact, Time.GetUtcNow(), Options, _ids);
        State = outcome.State;
        Actions.AddRange(outcome.Actions);
        LookAgainAt = outcome.LookAgainAt;
        return this;
    }

    public CoreScript Want(DesiredApp? app) => Step(new DynoFact.DesiredRead(app));

    public CoreScript Forget()
    {
        Actions.Clear();
        return this;
    }

    /// <summary>Time passes, with a step at each moment that the core asked for.</summary>
    public CoreScript Pass(TimeSpan by)
    {
        var end = Time.GetUtcNow() + by;
        while (LookAgainAt <= end)
        {
            AdvanceTo(LookAgainAt.Value);
            Step();
        }

        AdvanceTo(end);
        return Step();
    }

    /// <summary>The newest of a name in a phase; the failure says what there is.</summary>
    public DynoRecord Dyno(string name, DynoPhase? phase = null) =>
        State.Dynos.Values.Where(d => d.Name == name && (phase is null || d.Phase == phase)).OrderBy(static d => d, Comparer<DynoRecord>.Create(Age.Compare)).LastOrDefault()
        ?? throw new InvalidOperationException($"No {name} {phase}. There are: {string.Join(", ", State.Dynos.Values.Select(static d => $"{d.Name} {d.Phase} v{d.ReleaseVersion}"))}");

    public CoreScript Launched(string name) => Step(new DynoFact.Launched(Dyno(name, DynoPhase.Launching).Id, new IPEndPoint(IPAddress.Loopback, _port++), StackVersion));

    public CoreScript Up(string name)
    {
        Launched(name);
        return Dyno(name).Phase == DynoPhase.Booting ? Step(new DynoFact.PortBound(Dyno(name).Id)) : this;
    }

    public CoreScript Exit(DynoRecord dyno, int status = 143) => Step(new DynoFact.Exited(dyno.Id, status, false));

    /// <summary>The engine removed everything that it was told to.</summary>
    public CoreScript Destroyed()
    {
        foreach (var dyno in State.Dynos.Values.Where(static d => d.Phase == DynoPhase.Destroying))
            Step(new DynoFact.Destroyed(dyno.Id));
        return this;
    }

    public CoreScript Crash(string name, int status = 1)
    {
        Exit(State.Dynos.Values.Where(d => d.Name == name && d.Phase is (DynoPhase.Booting or DynoPhase.Running or DynoPhase.Killing)).OrderBy(static d => d.CreatedAt).Last(), status);
        return Destroyed();
    }

    private void AdvanceTo(DateTimeOffset at)
    {
        if (at > Time.GetUtcNow())
            Time.Advance(at - Time.GetUtcNow());
    }
}
