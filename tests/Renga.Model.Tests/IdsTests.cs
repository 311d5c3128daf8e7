using Renga.Testing;

namespace Renga.Model.Tests;

public sealed class IdsTests
{
    [Fact]
    public void New_SortsByTimeAndIsNeverTheSame()
    {
        var clock = new ManualTimeProvider();
        var ids = new Ids(clock);
        var made = new List<Guid>();
        for (var i = 0; i < 1000; i++)
        {
            made.Add(ids.New());
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        made.ShouldBeUnique();
        made.ShouldAllBe(static id => id.Version == 7);
        made.Select(static id => id.ToString()).ShouldBe(made.Select(static id => id.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void New_InOneMillisecond_SortsAsMade()
    {
        var ids = new Ids(new ManualTimeProvider());
        var made = Enumerable.Range(0, 10_000).Select(_ => ids.New()).ToList();
        made.ShouldBeUnique();
        made.ShouldAllBe(static id => id.Version == 7 && (id.Variant & 0xC) == 0x8);
        made.Select(static id => id.ToString()).ShouldBe(made.Select(static id => id.ToString()).Order(StringComparer.Ordinal));
    }
}
