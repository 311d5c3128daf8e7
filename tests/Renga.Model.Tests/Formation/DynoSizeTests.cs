using Renga.Model.Formation;

namespace Renga.Model.Tests.Formation;

public sealed class DynoSizeTests
{
    [Theory]
    [InlineData("Basic", "Basic")]
    [InlineData("basic", "Basic")]
    [InlineData("ECO", "Eco")]
    [InlineData("standard-1x", "Standard-1X")]
    [InlineData("1X", "Standard-1X")]
    [InlineData("2x", "Standard-2X")]
    [InlineData("px", "Performance-L")]
    [InlineData("free", "Eco")]
    [InlineData("Hobby", "Basic")]
    [InlineData("performance-2XL", "Performance-2XL")]
    public void Parse_KnownName_WhateverItsCase(string name, string expected) => DynoSize.Parse(name).Value.Name.ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic ")]
    [InlineData("3X")]
    [InlineData("Standard-1X\n")]
    public void Parse_UnknownName_ListsTheSizes(string? name)
    {
        var refusal = DynoSize.Parse(name).Refusal!;

        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Message.ShouldContain("Available sizes: Eco, Basic, Standard-1X");
    }

    [Fact]
    public void All_AreUsableAndDistinct()
    {
        DynoSize.All.Select(static s => s.Name.ToUpperInvariant()).ShouldBeUnique();
        DynoSize.All.ShouldAllBe(static s => s.MemoryBytes >= 512 * 1024 * 1024 && s.CpuShares >= 2 && s.CpuShares <= 262144 && s.MaxProcesses >= 256);
        DynoSize.All.ShouldContain(DynoSize.Default);
        foreach (var size in DynoSize.All)
            DynoSize.Parse(size.Name).Value.ShouldBe(size);
    }

    [Fact]
    public void Smaller_IsNeverMoreMemory() => DynoSize.All.Select(static s => s.MemoryBytes).ShouldBeInOrder();
}
