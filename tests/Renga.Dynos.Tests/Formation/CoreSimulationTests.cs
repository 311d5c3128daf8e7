using System.Net;
using Renga.Dynos.Formation;
using Renga.Model.Dynos;
using Renga.Model.Formation;

namespace Renga.Dynos.Tests.Formation;

/// <summary>
/// The decision core against a model of an engine that does what it is told late, twice, or not at all, with random releases, scales, crashes and restarts of ours.
/// At each step: never two of one name in the routes, nothing routed that does not run. Once quiet: exactly the formation, of the current release.
/// </summary>
public class CoreSimulationTests
{
    private const int StepsPerSeed = 400;

    [Fact]
    public void Core_RandomFaults_EndsWithExactlyTheFormation()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("RENGA_SIMULATION_SEEDS"), out var wanted) ? wanted : 60;
        for (var seed = 1; seed <= seeds; seed++)
        {
            var world = new World(seed);
            try
            {
                for (var step = 0; step < StepsPerSeed; step++)
                    world.Disturb();
                world.Settle();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}\n{world.Tell()}", e);
            }
        }
    }

    private sealed class World(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly CoreScript _core = new();
        private readonly Dictionary<Guid, Simulated> _engine = [];
        private readonly List<DynoFact> _late = [];
        private readonly List<string> _story = [];
        private int _version = 1;
        private int _done;
        private bool _calm;

        public void Disturb()
        {
            switch (_random.Next(14))
            {
                case 0:
                    Want(Make.App(++_version, web: _random.Next(4), worker: _random.Next(3)));
                    break;
                case 1:
                    Want(Make.App(_version, web: _random.Next(5), worker: _random.Next(3)));
                    break;
                case 2 when _random.Next(4) == 0:
                    Want(null);
                    break;
                case 3:
                    Tell(new DynoFact.RestartAsked(_random.Next(2) == 0 ? DynoSelector.All : new DynoSelector(NameOrId: "web.1")));
                    break;
                case 4:
                    Tell(new DynoFact.StopAsked(_random.Next(2) == 0 ? new DynoSelector(Type: "worker") : new DynoSelector(NameOrId: "web.2")));
                    break;
                case 5:
                    Crash();
                    break;
                case 6:
                    _story.Add("time");
                    _core.Pass(TimeSpan.FromSeconds(_random.Next(1, 90)));
                    break;
                case 7 when _late.Count > 0:
                    // The same news once more.
                    Tell(_late[_random.Next(_late.Count)]);
                    break;
                default:
                    Work();
                    break;
            }

            Work();
            Check();
        }

        /// <summary>No more faults: everything that is asked is done, and time passes.</summary>
        public void Settle()
        {
            _calm = true;
            _core.Step();
            for (var round = 0; round < 200; round++)
            {
                Work();
                Check();
                _core.Pass(TimeSpan.FromMinutes(round < 100 ? 1 : 60));
            }

            var wanted = Slot.Of(_core.State.Desired).Select(static s => $"{s.Name} v{s.ReleaseVersion}").Order(StringComparer.Ordinal);
            _engine.Values.Where(static s => s.Started && !s.Ended).Select(static s => $"{s.Dyno.Name} v{s.Dyno.ReleaseVersion}").Order(StringComparer.Ordinal).ShouldBe(wanted);
            _core.State.Dynos.Values.ShouldAllBe(static d => d.Phase == DynoPhase.Running);
            _core.State.Dynos.Values.ShouldAllBe(static d => !d.Leaving && !d.Superseded);
            _engine.Count.ShouldBe(_core.State.Dynos.Count);
        }

        public string Tell() => string.Join('\n', _story.TakeLast(60));

        private void Want(DesiredApp? app) => Tell(new DynoFact.DesiredRead(app));

        private void Tell(DynoFact fact)
        {
            _story.Add(fact is DynoFact.DesiredRead { Desired: { } d } ? $"want v{d.ReleaseVersion} {string.Join(' ', d.Formation.Select(static p => $"{p.Type}={p.Quantity}"))}" : fact.ToString());
            if (fact is not (DynoFact.DesiredRead or DynoFact.RestartAsked or DynoFact.StopAsked))
                _late.Add(fact);
            if (_late.Count > 50)
                _late.RemoveAt(0);
            _core.Step(fact);
        }

        private void Crash()
        {
            var running = _engine.Values.Where(static s => s.Started && !s.Ended).ToList();
            if (running.Count == 0)
                return;
            var victim = running[_random.Next(running.Count)];
            victim.Ended = true;
            Tell(new DynoFact.Exited(victim.Dyno.Id, _random.Next(3), _random.Next(5) == 0));
        }

        /// <summary>The engine does some of what it was told, in order for each dyno.</summary>
        private void Work()
        {
            var busy = _calm ? int.MaxValue : _random.Next(4);
            while (busy-- > 0 && _done < _core.Actions.Count)
                Do(_core.Actions[_done++]);
            foreach (var dyno in _engine.Values.Where(s => s is { Started: true, Ended: false, Dyno.IsWeb: true, Bound: false } && (_calm || _random.Next(3) == 0)).ToList())
            {
                dyno.Bound = true;
                Tell(new DynoFact.PortBound(dyno.Dyno.Id));
            }
        }

        private void Do(DynoAction action)
        {
            switch (action)
            {
                case DynoAction.Launch when !_calm && _random.Next(6) == 0:
                    Tell(new DynoFact.LaunchFailed(((DynoAction.Launch)action).Dyno.Id, NoRoom: _random.Next(2) == 0));
                    break;
                case DynoAction.Launch launch:
                    _engine.ContainsKey(launch.Dyno.Id).ShouldBeFalse("a dyno was launched twice");
                    if (launch.Dyno.Type != ProcessType.Web)
                        _engine.Values.ShouldNotContain(s => s.Dyno.Name == launch.Dyno.Name && s.Started && !s.Ended, "two workers of one name run");
                    _engine[launch.Dyno.Id] = new Simulated(launch.Dyno) { Started = true };
                    Tell(new DynoFact.Launched(launch.Dyno.Id, launch.Dyno.IsWeb ? new IPEndPoint(IPAddress.Loopback, 1 + _random.Next(60000)) : null, ""));
                    break;
                case DynoAction.Drain drain:
                    Tell(new DynoFact.Drained(drain.Id));
                    break;
                case DynoAction.Signal signal when _engine.TryGetValue(signal.Id, out var dyno) && !dyno.Ended && (_calm || _random.Next(4) > 0):
                    dyno.Ended = true;
                    Tell(new DynoFact.Exited(signal.Id, 128 + (int)signal.What, false));
                    break;
                case DynoAction.Destroy destroy when !_calm && _random.Next(6) == 0:
                    Tell(new DynoFact.DestroyFailed(destroy.Id));
                    break;
                case DynoAction.Destroy destroy:
                    _engine.Remove(destroy.Id);
                    Tell(new DynoFact.Destroyed(destroy.Id));
                    break;
                default:
                    break;
            }
        }

        private void Check()
        {
            var route = WebRoute.Of(_core.State, _core.Time.GetUtcNow());
            if (route is null)
                return;
            route.Dynos.Select(static d => d.Name).ShouldBeUnique();
            foreach (var dyno in route.Dynos)
                _engine.GetValueOrDefault(dyno.Id).ShouldNotBeNull().Bound.ShouldBeTrue();
        }
    }

    private sealed class Simulated(DynoRecord dyno)
    {
        public DynoRecord Dyno { get; } = dyno;

        public bool Started { get; init; }

        public bool Bound { get; set; }

        public bool Ended { get; set; }
    }
}
