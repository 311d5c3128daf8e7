using Renga.Model.Dynos;

namespace Renga.Model.Tests.Dynos;

public sealed class DynoTransitionTests
{
    // Rows: from. Columns, in the order of the enum: Starting Up Idle Crashed Stopping Down Complete.
    private static readonly Dictionary<DynoState, string> Allowed = new()
    {
        [DynoState.Starting] = ".X.XXXX",
        [DynoState.Up] = "..XXXXX",
        [DynoState.Idle] = "XX.XXX.",
        [DynoState.Crashed] = "X....X.",
        [DynoState.Stopping] = ".....X.",
        [DynoState.Down] = ".......",
        [DynoState.Complete] = ".......",
    };

    public static TheoryData<DynoState, DynoState> Pairs
    {
        get
        {
            var data = new TheoryData<DynoState, DynoState>();
            foreach (var from in Enum.GetValues<DynoState>())
            {
                foreach (var to in Enum.GetValues<DynoState>())
                    data.Add(from, to);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Move_FollowsTheTable(DynoState from, DynoState to)
    {
        var allowed = Allowed[from][(int)to] == 'X';

        if (DynoTransition.Move(from, to).TryGet(out var state, out var refusal))
        {
            allowed.ShouldBeTrue($"{from} to {to}");
            state.ShouldBe(to);
        }
        else
        {
            allowed.ShouldBeFalse($"{from} to {to}");
            refusal.Message.ShouldContain(from.Word());
            refusal.Message.ShouldContain(to.Word());
        }
    }

    [Fact]
    public void Move_FromNoState_IsABug() => Should.Throw<ArgumentOutOfRangeException>(static () => DynoTransition.Move((DynoState)99, DynoState.Up));

    [Fact]
    public void Words_AreHerokus() =>
        Enum.GetValues<DynoState>().Select(static s => s.Word()).ShouldBe(["starting", "up", "idle", "crashed", "stopping", "down", "complete"]);

    [Fact]
    public void EveryState_ButTheEnds_HasAWayOut() =>
        Allowed.Where(static r => !r.Value.Contains('X', StringComparison.Ordinal)).Select(static r => r.Key).ShouldBe([DynoState.Down, DynoState.Complete]);
}
